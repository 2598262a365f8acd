// The words of the pages: one catalogue a language (words/*.json), held complete by tools/words.
const languages = ["ja", "en"];
let words = {};
export let language = "ja";

export function preferred() {
	const asked = new URLSearchParams(location.search).get("lang");
	if (languages.includes(asked)) return asked;
	return navigator.language.startsWith("ja") ? "ja" : "en";
}

export async function speak(wanted) {
	const answer = await fetch(`words/${wanted}.json`);
	if (!answer.ok) throw new Error(`words: ${answer.status}`);
	words = await answer.json();
	language = wanted;
	document.documentElement.lang = wanted;
}

export function say(key, values = {}) {
	return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), words[key]);
}

// Words of a closed list of the API, such as a state: what the catalogue does not have stays as it is.
export const sayOf = (list, value) => words[`${list}.${value}`] ?? value;

// Always the office's own time, with its offset: a clerk's machine may think that it is elsewhere.
export function time(text) {
	const at = new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", {
		timeZone: "Asia/Tokyo", year: "numeric", month: "2-digit", day: "2-digit",
		weekday: "short", hour: "2-digit", minute: "2-digit",
	}).format(new Date(text));
	return `${at} JST`;
}
