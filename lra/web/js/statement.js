// What is signed is read first: the digest of the statement, its whole text, and the button below it.
import { digest } from "./case/parts.js";
import { form } from "./deed.js";
import { hex, make } from "./dom.js";
import { say } from "./words.js";

// statement: base64, as the API gave it; sign(): the touch, and what comes behind it
export async function signing(statement, sign) {
	const bytes = Uint8Array.from(atob(statement), (letter) => letter.charCodeAt(0));
	return form({}, sign, say("signByPasskey"),
		make("p", {}, say("signThis")), digest(hex(await crypto.subtle.digest("SHA-256", bytes))),
		make("pre", { class: "statement", tabindex: "0", role: "region", "aria-label": say("signThis") },
			JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 2)));
}
