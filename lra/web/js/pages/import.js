// One import: what was found, what is wrong, the columns, the signed beginning, and how far it is (features 13 and 14).
import { ask, fetchFile, look } from "../api.js";
import { badge } from "../cases.js";
import { form } from "../deed.js";
import { groups, make, show } from "../dom.js";
import { save } from "../file.js";
import { mapping } from "../imports/columns.js";
import { rows } from "../imports/rows.js";
import { part } from "../case/parts.js";
import { decide } from "../passkey.js";
import { signing } from "../statement.js";
import { number, say, waited } from "../words.js";
import { states } from "./imports.js";

const moving = (one) => ["reading", "judging", "running"].includes(one.state);

function counts(one, chosen) {
	const count = (state) => (state === "problem" ? one.counts.faulty + one.counts.duplicate + one.counts.refused : one.counts[state]);
	const chip = (state, words) => make("a", { class: "chip", href: `#/import/${one.id}?state=${state}`, "aria-current": state === chosen ? "true" : undefined }, `${words} `, make("span", { class: "count" }, number(count(state))));
	return make("div", { class: "tools" }, chip("problem", say("onlyProblems")), ["good", "faulty", "duplicate", "made", "refused"].map((state) => chip(state, say(`row.${state}`))));
}

function progress(one) {
	if (!one.job) return null;
	const { position, done, of, secondsLeft } = one.job, now = Date.now();
	return make("section", { class: "sheet", "aria-label": say("progress") },
		make("progress", { max: of || 1, value: done, "aria-label": say("progress") }), " ",
		say("doneOf", { done: number(done), of: number(of) }), " ", position > 1 ? say("positionInLine", { position }) : "", " ",
		secondsLeft === undefined ? "" : secondsLeft < 60 ? say("secondsLeft", { seconds: secondsLeft }) : say("timeLeft", { time: waited(now, now + secondsLeft * 1000) }), " ",
		one.counts.refused > 0 ? say("refusedSoFar", { count: number(one.counts.refused) }) : "");
}

function start(one, at, again) {
	const place = make("div", {});
	const begin = (mode, words) => form({ class: "plain" }, async () => {
		if (at.session.login !== "passkey") {
			at.said(say("signByCard"));
			return;
		}
		const { statement } = await ask("GET", `imports/${one.id}/statement?mode=${mode}`);
		const page = await signing(statement, async () => {
			await decide(`imports/${one.id}/start`, statement);
			await again();
		});
		show(place, page);
		page.querySelector("pre").focus();
	}, make("button", { type: "submit", class: mode === "goodRows" ? "primary" : "" }, words));
	const clean = one.counts.good === one.rows;
	return part("begin", say("enterRows"), make("p", {}, say("enterRowsHelp")),
		at.session.login === "passkey" ? make("div", { class: "tools" }, begin("allOrNothing", say("enterAll")), begin("goodRows", say("enterGood", { count: number(one.counts.good) })), place)
			: [make("p", {}, say("signByCard")), make("pre", { class: "statement", tabindex: "0" }, `inkan lra import start ${one.id}${clean ? " --all" : ""}`)]);
}

const cancel = (one, again) => form({ class: "plain" }, async () => { await ask("POST", `imports/${one.id}/cancel`, {}); await again(); },
	make("button", { type: "submit", class: "small" }, say(one.state === "running" ? "stopImport" : "cancelImport")));

function changes({ joiners, leavers }) {
	const people = (list, words) => [make("h3", {}, `${words} ${number(list.length)}`), make("ul", {}, list.slice(0, 50).map((row) => make("li", {}, row.employeeNumber ?? "", " ", row.name ?? "",
		row.receiptNumber ? [" ", make("a", { href: `#/case/${row.receiptNumber}` }, row.receiptNumber)] : null)))];
	return make("details", { class: "deed" }, make("summary", {}, say("changesOfStaff")), people(joiners, say("joiners")), people(leavers, say("leavers")));
}

export default async function oneImport(room, at) {
	const path = `imports/${encodeURIComponent(at.parameters.id)}`, chosen = at.query.get("state") ?? "problem", after = at.query.get("after") ?? "0";
	const clerk = at.session.roles.includes("lraClerk");
	const head = make("div", {}), body = make("div", {});
	let one;
	const again = async (row) => {
		await at.again();
		if (row) document.querySelector(`tr[data-row="${row}"]`)?.scrollIntoView({ block: "center" });
	};
	const top = () => show(head,
		make("div", { class: "title" }, make("h1", {}, say("bulkImport"), " ", one.file), badge(states[one.state], say(`import.${one.state}`)), clerk && !["done", "cancelled"].includes(one.state) ? make("span", { class: "hand" }, cancel(one, again)) : null),
		make("p", { class: "quiet" }, say("foundOut", { rows: number(one.rows), charset: one.detected.charset, separator: say(`file.${one.detected.separator}`), header: say(one.detected.header ? "withHeader" : "withoutHeader") }), one.sha256 ? make("code", { class: "digest" }, `SHA-256 ${groups(one.sha256)}`) : null),
		progress(one), counts(one, chosen));
	const fill = async () => {
		const [list, first, staff] = await Promise.all([ask("GET", `${path}/rows?${new URLSearchParams({ state: chosen, after, limit: 100 })}`), ask("GET", `${path}/rows?limit=1`), ask("GET", `${path}/changes`)]);
		const checked = one.state === "checked" && clerk, width = Math.max(first.rows[0]?.cells.length ?? 0, one.columns?.length ?? 0);
		const samples = Array.from({ length: width }, (_, index) => first.rows[0]?.cells[index] ?? "");
		show(body,
			list.rows.length > 0 ? rows(one, list.rows, checked, again) : make("p", { class: "sheet empty", role: "status" }, say(chosen === "problem" ? "noProblems" : "noRows")),
			list.next === undefined ? null : make("p", {}, make("a", { href: `#/import/${one.id}?${new URLSearchParams({ state: chosen, after: list.next })}` }, say("more"))),
			one.counts.faulty > 0 ? make("p", { class: "tools" }, make("button", { type: "button", class: "small", onclick: async () => save(`faults-${one.id}.csv`, await fetchFile("GET", `${path}/faults.csv`)) }, say("faultsCsv"))) : null,
			checked && one.counts.good > 0 ? start(one, at, again) : null,
			checked ? make("section", { class: "sheet" }, make("details", { class: "deed", open: !one.common?.profile }, make("summary", {}, say("columnsAndCommon")), await mapping(one, samples, again)), changes(staff)) : null);
	};
	one = await ask("GET", path);
	top();
	await fill();
	show(room, head, body);
	at.every(1, async () => {
		if (!moving(one)) return;
		one = await look(path);
		if (moving(one)) top(); else await again();
	});
}
