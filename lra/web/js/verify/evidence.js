// The evidence of a case as it lies: what was looked at, whether it is sealed, and the way to look at it, apart from the pages.
import { badge } from "../cases.js";
import { groups, make } from "../dom.js";
import { nameOf, number, say, sayOf, time } from "../words.js";

const purposes = { lraClerk: "identify", lraApprover: "approve", auditor: "audit" };

function seal(file) {
	if (!file?.sealed) return badge("over", say("notSealed"));
	return file.damagedAt ? badge("bad", say("damaged")) : badge("good", say("sealed"));
}

function sight(receipt, file, session) {
	const role = Object.keys(purposes).find((one) => session.roles.includes(one));
	return file?.sealed && role ? make("a", { href: `v1/applications/${receipt}/evidence/${file.sha256}?purpose=${purposes[role]}`, target: "_blank", rel: "noopener noreferrer" },
		say("lookAt", { size: number(Math.ceil(file.size / 1024)) })) : null;
}

// one: the application; files: as GET …/evidence gave them
export function evidence(one, files, people, session) {
	const rows = one.evidence ?? [];
	if (rows.length === 0) return make("p", { class: "quiet" }, say("noEvidence"));
	return make("ul", { class: "cards" }, rows.map((row) => {
		const file = files.find((each) => each.sha256 === row.sha256);
		return make("li", {}, make("p", {}, make("strong", {}, sayOf("paper", row.kind)), ` ${sayOf("method", row.method)} `, seal(file), " ", sight(one.receiptNumber, file, session)),
			make("p", {}, row.proves.map((type) => sayOf("attribute", type)).join(say("comma"))),
			row.validUntil ? make("small", {}, say("validUntil", { date: row.validUntil })) : null,
			row.issuedOn ? make("small", {}, say("issuedOn", { date: row.issuedOn })) : null,
			file?.alsoIn?.length ? make("small", { class: "late" }, `! ${say("alsoIn", { receipts: file.alsoIn.join(" ") })}`) : null,
			make("code", { class: "digest" }, groups(row.sha256)),
			make("small", {}, `${nameOf(row.examinedBy, people)} ${time(row.examinedAt)}`));
	}));
}
