// Identity verification (UX 7.3): each line of the certificate beside the paper that shows it; papers are added, then it is signed.
import { decision } from "../case/deeds.js";
import { duplicatesOf } from "../case/duplicates.js";
import { load, part, title } from "../case/parts.js";
import { askRegister, isOpen, registerOf } from "../case/register.js";
import { make, show } from "../dom.js";
import { draft } from "../draft.js";
import { comparison } from "../verify/compare.js";
import { evidence } from "../verify/evidence.js";
import { aboutOne, paperForm } from "../verify/paper.js";
import { expired, unproved } from "../verify/papers.js";
import { identityRules, papersBy, wanting } from "../verify/rules.js";
import { say, sayOf } from "../words.js";

function verdict(one, rules, allowed, register, at) {
	const count = wanting(rules, allowed, one);
	const open = [...unproved(one).map((claim) => sayOf("attribute", claim.type)), ...expired(one).map((row) => say("expiredPaper", { paper: sayOf("paper", row.kind), date: row.validUntil })),
		...(count > 0 ? [say("papersWanting", { count })] : []), ...(isOpen(register) ? [say("registerTitle")] : [])];
	if (open.length > 0) return [make("p", { class: "late" }, say("notYet", { count: open.length, items: open.join(say("comma")) }))];
	return [make("p", { class: "good" }, `✓ ${say("allShown")}`), decision(one, at, { kind: "identify" }, () => at.go(`case/${one.receiptNumber}`, say("done.identify")))];
}

export default async function verify(room, at) {
	const [{ one, past, files }, rules] = await Promise.all([load(at.parameters.receipt), identityRules()]);
	const allowed = papersBy(rules), [alike, register] = await Promise.all([duplicatesOf(one, at.session), askRegister(one)]);
	const open = one.state === "received" && one.lra === at.session.lra?.id;
	const kept = open ? await draft(`verify.${one.receiptNumber}`) : null;
	const recorded = async () => { await at.again(); at.said(say("paperRecorded")); };
	show(room,
		title(one, say("verify"), make("a", { class: "hand", href: `#/case/${one.receiptNumber}` }, say("toCase"))),
		rules ? make("p", { class: "quiet" }, say("rulesHold", { rules: rules.rules, from: rules.from })) : null,
		alike,
		registerOf(one, register, at),
		open ? null : make("p", { class: "notice" }, say("notToVerify")),
		make("div", { class: "two wider" },
			make("div", {}, part("compare", say("compareTitle"), comparison(one)),
				open ? part("verdict", say("verdict"), verdict(one, rules, allowed, register, at)) : null,
				part("papers", say("evidence"), evidence(one, files, past.people, at.session))),
			open ? part("add", say("addPaper"), paperForm(aboutOne(one), allowed, kept, at, recorded)) : null));
}
