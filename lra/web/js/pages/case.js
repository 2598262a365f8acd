// One application: what will be issued, what changed, what was looked at, who decided; and what may be done with it here.
import { allowed, deed, isKeptApart } from "../case/deeds.js";
import { certificates } from "../case/certificates.js";
import { difference } from "../case/difference.js";
import { duplicatesOf } from "../case/duplicates.js";
import { noticesOf } from "../case/notices.js";
import { issued, load, part, title, written } from "../case/parts.js";
import { askRegister, registerOf } from "../case/register.js";
import { make, show } from "../dom.js";
import { take } from "../frame.js";
import { history, sentBack } from "../history.js";
import { evidence } from "../verify/evidence.js";
import { day, language, nameOf, say, sayOf, time } from "../words.js";

function faults(rows) {
	return make("ul", {}, rows.map((fault) => make("li", {},
		language === "ja" ? fault.message_ja : fault.message_en, fault.field ? ` (${fault.field})` : "", fault.detail ? `: ${fault.detail}` : "")));
}

// Who works on it: a note among colleagues, for whoever could.
function hand(one, { events, people }, at) {
	if (!["lraClerk", "lraApprover"].some((role) => at.session.roles.includes(role)) || one.lra !== at.session.lra?.id) return null;
	const last = events.findLast((event) => event.event === "applicationTaken");
	const holder = last && !last.detail.back ? last.actor : undefined, mine = holder === at.session.person.id;
	return make("span", { class: "hand" }, holder && !mine ? say("takenBy", { name: nameOf(holder, people) }) : null,
		make("button", { type: "button", class: "small", onclick: async () => { await take(one.receiptNumber, mine); await at.again(); } }, say(mine ? "giveBack" : "take")));
}

// 保留: why nobody goes on with it, and who will.
function onHold({ hold }, { people }) {
	if (!hold) return null;
	return make("p", { class: "notice" }, make("strong", {}, `${say("held")}: ${sayOf("holdReason", hold.reason)}`), hold.note ? ` ${hold.note}` : "",
		` (${nameOf(hold.heldBy, people)} ${time(hold.since)})`, make("br", {}),
		say("resumerIs", { name: nameOf(hold.resumer, people) }), hold.resumeOn ? ` ${say("resumeOnIs", { day: day(`${hold.resumeOn}T00:00:00+09:00`) })}` : "");
}

export default async function oneCase(room, at) {
	const { one, past, files } = await load(at.parameters.receipt);
	const [changes, alike, register] = await Promise.all([difference(one), duplicatesOf(one, at.session), askRegister(one)]), mine = allowed(one, at.session);
	const deeds = await Promise.all(mine.map((row) => deed(one, at, row)));
	show(room,
		title(one, "", hand(one, past, at)),
		make("p", { class: "next" }, say("nextIs"), make("strong", {}, one.hold ? say("next.held") : sayOf("next", one.state))),
		onHold(one, past),
		sentBack(past),
		alike,
		registerOf(one, register, at),
		one.faults ? part("faults", say("faults"), faults(one.faults)) : null,
		make("div", { class: "halves" },
			make("div", {}, part("what", say("toBeIssued"), issued(one), written(one)), changes ? part("changes", say("changes"), changes) : null),
			make("div", {}, part("papers", say("evidence"), evidence(one, files, past.people, at.session)))),
		isKeptApart(one, at.session) ? make("p", { class: "notice" }, say("keptApart")) : null,
		mine.length === 0 ? null : part("deeds", say("deeds"), deeds),
		certificates(one),
		noticesOf(one, past, at),
		part("history", say("history"), history(past), make("p", {}, make("a", { href: `#/trail?object=${one.receiptNumber}` }, say("trailOfCase")))));
}
