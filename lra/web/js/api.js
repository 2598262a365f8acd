// The one JSON interface. What it refuses is thrown as it was said, with all its faults; so is an answer that is none of its own.
import { language, say } from "./words.js";

const mine = (said) => (language === "ja" ? said.message_ja : said.message_en);

export class Refused extends Error {
	constructor(status, said) {
		super(mine(said));
		this.status = status;
		this.ref = said.ref;
		this.faults = (said.faults ?? []).map((fault) => ({ code: fault.code, field: fault.field, detail: fault.detail, clause: fault.clause, text: mine(fault) }));
		this.code = this.faults[0]?.code;
	}
}

// Nobody answered, or something on the way did: a proxy's page says nothing that a clerk could use.
const away = (status) => new Refused(status, { message_ja: say("away"), message_en: say("away") });

// Of the session: whatever is not a GET carries it, so that no other site can send one.
let token;
export const carry = (session) => { token = session.token; };

// Asks the person for what is missing (session.js); true: done, the call may go out again.
let mend = async () => false;
export const mendBy = (way) => { mend = way; };

async function send(method, path, body, background) {
	const isFile = body instanceof Blob;
	const headers = { "Accept-Language": language, ...(body && { "Content-Type": isFile ? body.type : "application/json" }),
		...(method !== "GET" && token && { "X-Inkan-Token": token }), ...(background && { "X-Inkan-Background": "1" }) };
	try {
		return await fetch(`v1/${path}`, { method, cache: "no-store", headers, body: isFile ? body : body && JSON.stringify(body) });
	} catch {
		throw away(0);
	}
}

// A long answer, told of while it comes: how(all text so far).
async function readParts(answer, how) {
	const decoder = new TextDecoder();
	let text = "";
	for (const reader = answer.body.getReader(); ;) {
		const { done, value } = await reader.read();
		if (done) return JSON.parse(text);
		how(text += decoder.decode(value, { stream: true }));
	}
}

async function read(answer, how) {
	try {
		return await (how instanceof Function ? readParts(answer, how) : answer[how]());
	} catch {
		throw away(answer.status);
	}
}

async function call(method, path, body, { how = "json", background = false } = {}) {
	for (let mended = 0; ; mended++) {
		const answer = await send(method, path, body, background);
		if (answer.ok) return read(answer, how);
		const said = await read(answer, "json");
		const refused = said.message_en ? new Refused(answer.status, said) : away(answer.status);
		if (background || mended === 3 || !(await mend(refused))) throw refused;
	}
}

// body: an object, or a Blob with its type.
export const ask = (method, path, body) => call(method, path, body);
// The same of what takes long: told(text) hears the answer as far as it came.
export const askPart = (method, path, body, told) => call(method, path, body, { how: told });
// For what a page asks by itself: it keeps no session alive, and never asks the person for anything.
export const look = (path) => call("GET", path, undefined, { background: true });
// The same for what it keeps by itself.
export const keep = (path, body) => call("PUT", path, body, { background: true });
// A document, as a Blob.
export const fetchFile = (method, path, body) => call(method, path, body, { how: "blob" });
