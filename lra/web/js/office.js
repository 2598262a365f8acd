// What this LRA may ask for, and its life events, as the registry's roster and profiles say it; asked for once in a login.
import { ask } from "./api.js";
import { session } from "./session.js";
import { language } from "./words.js";

let known;

export function office() {
	if (known?.person !== session.person?.id) known = { person: session.person?.id, answer: ask("GET", "office") };
	return known.answer;
}

export async function eventNames() {
	return Object.fromEntries((await office()).revocationEvents.map((one) => [one.event, language === "ja" ? one.nameJa : one.name]));
}
