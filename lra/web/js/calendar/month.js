// One month as a table of weeks, from Monday on; each day on which something ends is a link to that day.
import { make } from "../dom.js";
import { dayInOffice, say, weekdays } from "../words.js";

// Days as "2027-01-31": plain dates, counted in UTC so that no clock of a browser moves them.
const DAY = 24 * 60 * 60 * 1000;
const text = (time) => new Date(time).toISOString().slice(0, 10);

function weeks(month) {
	const first = Date.parse(`${month}-01T00:00:00Z`), before = (new Date(first).getUTCDay() + 6) % 7;
	const rows = [];
	for (let monday = first - before * DAY; monday === first - before * DAY || text(monday).startsWith(month); monday += 7 * DAY)
		rows.push([0, 1, 2, 3, 4, 5, 6].map((at) => text(monday + at * DAY)));
	return rows;
}

function cell(day, month, one, chosen) {
	if (!day.startsWith(month)) return make("td", { class: "other" });
	const number = make("span", { class: "date" }, String(Number(day.slice(8))));
	const left = one ? one.count - one.renewed : 0;
	return make("td", { class: day === chosen ? "chosen" : undefined, "aria-current": day === dayInOffice(new Date()) ? "date" : undefined }, number,
		one ? make("a", { href: `#/calendar?day=${day}`, class: left > 0 ? "ends" : "ends done" },
			left > 0 ? say("endsCount", { count: left }) : null, one.renewed > 0 ? make("small", {}, `✓ ${say("renewedCount", { count: one.renewed })}`) : null) : null);
}

// days: as GET /v1/expiring has them; chosen: the day that is looked at, or nothing
export function month(shown, days, chosen) {
	const by = Object.fromEntries(days.map((one) => [one.day, one]));
	return make("div", { class: "wide month", tabindex: "0", role: "region", "aria-label": say("monthView") },
		make("table", {}, make("thead", {}, make("tr", {}, weekdays().map((name) => make("th", { scope: "col" }, name)))),
			make("tbody", {}, weeks(shown).map((week) => make("tr", {}, week.map((day) => cell(day, shown, by[day], chosen)))))));
}
