// The one JSON interface. What it refuses is thrown as it was said, with all its faults.
import { language } from "./words.js";

export class Refused extends Error {
	constructor(status, said) {
		super(language === "ja" ? said.message_ja : said.message_en);
		this.status = status;
		this.ref = said.ref;
		this.faults = (said.faults ?? []).map((fault) => ({
			code: fault.code, field: fault.field, detail: fault.detail, clause: fault.clause,
			text: language === "ja" ? fault.message_ja : fault.message_en,
		}));
	}
}

// Of the session: every form carries it, so that no other site can send one.
let token;
export const carry = (session) => { token = session.token; };

export async function ask(method, path, body) {
	const answer = await fetch(`v1/${path}`, {
		method, cache: "no-store",
		headers: { "Accept-Language": language, ...(body && { "Content-Type": "application/json" }), ...(body && token && { "X-Inkan-Token": token }) },
		body: body && JSON.stringify(body),
	});
	const said = await answer.json();
	if (!answer.ok) throw new Refused(answer.status, said);
	return said;
}
