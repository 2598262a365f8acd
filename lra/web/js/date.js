// Dates as papers carry them: by year of an era or of the common count, in any width. What was understood stands beside the field.
import { field } from "./deed.js";
import { make } from "./dom.js";
import { say } from "./words.js";

const eras = { "令和": 2018, R: 2018, "平成": 1988, H: 1988, "昭和": 1925, S: 1925, "大正": 1911, T: 1911, "明治": 1867, M: 1867 };
const plain = /^(\d{4})(?:(\d\d)(\d\d)|[-/.年](\d{1,2})[-/.月](\d{1,2})日?)$/;
const byEra = /^(令和|平成|昭和|大正|明治|[RHSTM])(元|\d{1,2})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?)$/;

const paper = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { era: "long", year: "numeric", month: "long", day: "numeric", timeZone: "UTC" });
const parts = (iso) => Object.fromEntries(paper.formatToParts(new Date(iso)).map((one) => [one.type, one.value]));
export const inEra = (iso) => paper.format(new Date(iso)).replace(/([^\d])1年/, "$1元年");

function real(year, month, day) {
	const at = new Date(Date.UTC(year, month - 1, day));
	return at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.toISOString().slice(0, 10) : null;
}

// {iso, other: the era was over, or had not begun, as on licences of 平成36年} or null: no date
export function readDate(text) {
	const narrow = text.normalize("NFKC").replace(/\s/g, "").replace(/[‐‑–—−ー]/g, "-").toUpperCase();
	const count = plain.exec(narrow), era = byEra.exec(narrow);
	const iso = count ? real(Number(count[1]), Number(count[2] ?? count[4]), Number(count[3] ?? count[5]))
		: era ? real(eras[era[1]] + (era[2] === "元" ? 1 : Number(era[2])), Number(era[3]), Number(era[4])) : null;
	return iso && { iso, other: era !== null && eras[parts(iso).era] !== eras[era[1]] };
}

export function dateField(name, label, value = "") {
	const echo = make("p", { class: "quiet", role: "status", id: `${name}-echo` });
	const tell = (text) => {
		const date = readDate(text);
		echo.textContent = text.trim() === "" ? "" : date ? say(date.other ? "dateOther" : "dateIs", { iso: date.iso, era: inEra(date.iso) }) : say("noDate");
	};
	const box = field(name, label, { value, spellcheck: "false", oninput: (event) => tell(event.target.value) }, say("dateHelp"));
	box.append(echo);
	tell(value);
	return box;
}
