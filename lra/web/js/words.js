// The words of the pages: one catalogue a language and topic (words/LANGUAGE/TOPIC.json), held complete by tools/words.
const topics = ["calendar", "certificate", "delivery", "ledger", "frame", "session", "queue", "case", "decide", "apply", "verify", "history", "imports", "notice", "terms", "trail", "register"];
const languages = ["ja", "en"];
let words = {};
export let language = "ja";

export function preferred() {
	const asked = new URLSearchParams(location.search).get("lang");
	if (languages.includes(asked)) return asked;
	return navigator.language.startsWith("ja") ? "ja" : "en";
}

export async function speak(wanted) {
	const parts = await Promise.all(topics.map(async (topic) => {
		const answer = await fetch(`words/${wanted}/${topic}.json`);
		if (!answer.ok) throw new Error(`words: ${answer.status}`);
		return answer.json();
	}));
	words = Object.assign({}, ...parts);
	language = wanted;
	document.documentElement.lang = wanted;
}

export function say(key, values = {}) {
	return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), words[key]);
}

// Words of a closed list of the API, such as a state: what the catalogue does not have stays as it is.
export const sayOf = (list, value) => words[`${list}.${value}`] ?? value;

// All of a closed list, as [value, words].
export const listOf = (list) => Object.entries(words).filter(([key]) => key.startsWith(`${list}.`)).map(([key, text]) => [key.slice(list.length + 1), text]);

// One name of a certificate; a directoryName is a whole Name by itself, as the Japanese writing of somebody's.
export const plainName = ({ value = "" }) => (typeof value === "string" ? value : value.map((one) => `${sayOf("attribute", one.type)} ${one.value}`).join(say("comma")));

// A person's name in the language of the page; people: as the API names them, by id.
export function nameOf(person, people = {}) {
	const one = typeof person === "string" ? people[person] : person;
	return one ? (language === "ja" ? one.nameJa : one.name) : person;
}

// Always the office's own time, with its offset: a clerk's machine may think that it is elsewhere.
const format = (form, at) => new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", { timeZone: "Asia/Tokyo", ...form }).format(at);
const DAY = { year: "numeric", month: "2-digit", day: "2-digit" };
export const day = (text) => format({ ...DAY, weekday: "short" }, new Date(text));
export const time = (text) => `${format({ ...DAY, weekday: "short", hour: "2-digit", minute: "2-digit" }, new Date(text))} JST`;
export const monthName = (month) => format({ year: "numeric", month: "long" }, new Date(`${month}-01T00:00:00+09:00`));
export const weekdays = () => [1, 2, 3, 4, 5, 6, 7].map((at) => format({ weekday: "short" }, new Date(`2024-01-0${at}T00:00:00+09:00`))); // from a Monday on
// The office's day of a time, as the API writes days: "2027-01-31".
// The midnight with which the office's day begins, or so many days later, as the API takes times.
export const midnight = (date, days = 0) => new Date(new Date(`${date}T00:00:00+09:00`).getTime() + days * 24 * 60 * 60 * 1000).toISOString().replace(/\.\d+Z$/, "Z");
export const dayInOffice = (time) => new Date(time.getTime() + 9 * 60 * 60 * 1000).toISOString().slice(0, 10);
export const number = (value) => new Intl.NumberFormat(language === "ja" ? "ja-JP" : "en-GB").format(value);
export const clock = (text) => format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }, new Date(text));
export const isToday = (text) => format(DAY, new Date(text)) === format(DAY, new Date());

// A due time as a clerk reads a list: today with its hour, another day with its weekday.
export function due(text) {
	const at = new Date(text);
	return isToday(text) ? say("today", { time: format({ hour: "2-digit", minute: "2-digit" }, at) })
		: format({ month: "2-digit", day: "2-digit", weekday: "short", ...(new Date().getFullYear() !== at.getFullYear() && { year: "numeric" }) }, at);
}

export function waited(since, until) {
	const minutes = Math.max(0, Math.floor((new Date(until) - new Date(since)) / 60000));
	const days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60) % 24;
	return days > 0 ? say("daysHours", { days, hours }) : hours > 0 ? say("hoursMinutes", { hours, minutes: minutes % 60 }) : say("minutes", { minutes });
}
