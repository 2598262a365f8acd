// What the pages of one case share: sheets, lists, and the case itself as the registry has it.
import { ask } from "../api.js";
import { stateBadge } from "../cases.js";
import { groups, make } from "../dom.js";
import { plainName, say, sayOf } from "../words.js";

export const list = (pairs) => make("dl", {}, pairs.flatMap(([term, ...value]) => [make("dt", {}, term), make("dd", {}, value)]));
export const part = (id, title, ...children) => make("section", { class: "sheet", "aria-labelledby": id }, make("h2", { id }, title), children);
export const digest = (text) => make("code", { class: "digest" }, groups(text));

// With what was looked at, and what happened: {one, files, past}
export async function load(number) {
	const receipt = encodeURIComponent(number);
	const [one, past, { files }] = await Promise.all([ask("GET", `applications/${receipt}`), ask("GET", `applications/${receipt}/history`), ask("GET", `applications/${receipt}/evidence`)]);
	one.entered = await ask("GET", `applications/${receipt}/versions/${one.version}`);
	one.evidence = (one.evidence ?? []).map((row) => ({ ...row, proves: row.proves.split(",") }));
	return { one, past, files };
}

export const title = (one, words, ...more) => make("div", { class: "title" },
	make("h1", {}, words ? `${words} ` : "", make("span", { class: "number" }, one.receiptNumber), ` ${one.commonName} `), stateBadge(one.state), more);

// The person as people write and read the name; null: nothing was said of it.
export function written({ entered: { recipient, kana, romajiReason } }) {
	const rows = [...(recipient?.name ? [[say("recipientName"), recipient.name]] : []), ...(kana ? [[say("reading"), [kana.surname, kana.givenName].filter(Boolean).join(" ")]] : []),
		...(romajiReason ? [[say("romajiReason"), romajiReason]] : [])];
	return rows.length === 0 ? null : list(rows);
}

export const issued = (one) => list([
	...(one.content.subject ?? []).map((attribute) => [sayOf("attribute", attribute.type), attribute.value]),
	...(one.content.subjectAltName ?? []).map((name) => [sayOf("attribute", name.type), plainName(name)]),
	[say("profile"), sayOf("profile", one.profile)], [say("version"), String(one.version)],
]);
