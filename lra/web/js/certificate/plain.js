// A certificate in plain words: its status first, then whose it is, for what, until when, and where its key lies (feature 18).
import { badge } from "../cases.js";
import { groups, make } from "../dom.js";
import { derOf, save } from "../file.js";
import { list, part } from "../case/parts.js";
import { number, say, sayOf, time } from "../words.js";

const DAY = 24 * 60 * 60 * 1000;
const valueOf = (pairs, type) => pairs?.find((pair) => pair.type === type)?.value;
const person = (one) => valueOf(one.subject, "commonName") ?? one.serialNumber;

// good, moving (asked, or not yet public), bad (revoked), over (its time has passed): words beside every sign.
export function standing(one, now = Date.now()) {
	if (one.status === "revoked") return one.publishedAt ? ["bad", say("status.revoked")] : ["moving", say("status.revokedNotPublished")];
	if (one.revocationAskedAt) return ["moving", say("status.asked")];
	if (new Date(one.notAfter) < now) return ["over", say("status.expired")];
	return ["good", say("status.good")];
}

export function title(one) {
	const left = Math.floor((new Date(one.notAfter) - Date.now()) / DAY);
	return make("div", { class: "title" }, make("h1", {}, `${say("certificate")} `, person(one)), badge(...standing(one)),
		one.status === "good" && left >= 0 ? make("span", {}, say("daysLeft", { days: number(left) })) : null);
}

const code = (text) => make("code", { class: "digest" }, groups(text));
const names = (pairs = []) => pairs.map((pair) => make("div", {}, sayOf("attribute", pair.type), ": ",
	Array.isArray(pair.value) ? pair.value.map((inner) => `${sayOf("attribute", inner.type)} ${inner.value}`).join(", ") : pair.value));

function downloads(one) {
	const name = `${one.receiptNumber ?? one.serialNumber}`;
	const button = (label, ending, type, bytes) => make("button", { type: "button", class: "small",
		onclick: () => save(`${name}.${ending}`, new Blob([bytes()], { type })) }, label);
	return make("p", { class: "tools" },
		button("PEM", "pem", "application/x-pem-file", () => one.certificate),
		button("DER", "cer", "application/pkix-cert", () => derOf(one.certificate)));
}

const fields = (one) => make("details", { class: "deed" }, make("summary", {}, say("allFields")), list([
	[say("subject"), names(one.subject)], [say("subjectAltName"), names(one.subjectAltName)], [say("issuerName"), names(one.issuerName)],
	[say("serialNumber"), make("code", {}, one.serialNumber)], [say("notBefore"), one.notBefore ? time(one.notBefore) : ""], [say("notAfter"), time(one.notAfter)],
	[say("key"), one.key], [say("keyUsage"), one.keyUsage?.join(", ")], [say("extKeyUsage"), one.extKeyUsage?.join(", ")],
	[say("profile"), `${one.profile} ${say("profileVersion", { version: one.profileVersion })}`],
]));

function place(one) {
	if (one.keyOrigin !== "handover") return sayOf("place", one.keyOrigin ?? "ceremony");
	return one.form ? say("place.file") : say("place.notYet");
}

export const plain = (one) => part("plain", say("inWords"), list([
	[say("whose"), make("strong", {}, person(one)), ` ${[valueOf(one.subject, "organizationName"), valueOf(one.subject, "serialNumber")].filter(Boolean).join(" ")}`],
	[say("forWhat"), sayOf("profile", one.profile), make("small", { class: "quiet" }, ` ${(one.extKeyUsage ?? []).map((purpose) => sayOf("purpose", purpose)).join(say("comma"))}`)],
	[say("untilWhen"), `${time(one.notAfter)}`],
	[say("keyPlace"), place(one)],
	[say("issuerName"), valueOf(one.issuerName, "commonName")],
	[say("serialNumber"), code(one.serialNumber)],
	[say("fingerprint"), code(one.sha256)],
	one.receiptNumber ? [say("ofCase"), make("a", { href: `#/case/${one.receiptNumber}`, class: "number" }, one.receiptNumber)] : [say("ofCase"), say("none")],
]), downloads(one), fields(one));

// Where a revocation stands: asked, done, public.
export function revocation(one, events) {
	if (!one.revocationAskedAt && one.status !== "revoked") return null;
	return part("revocation", say("revocation"), list([
		one.event ? [say("event"), events[one.event] ?? one.event] : null,
		one.reason ? [say("reasonCode"), one.reason] : null,
		one.requester ? [say("requester"), one.requester] : null,
		one.invalidityDate ? [say("since"), time(one.invalidityDate)] : null,
		one.revocationAskedAt ? [say("askedAt"), time(one.revocationAskedAt), ` ${say("dueBy", { time: time(one.revocationDueAt) })}`] : null,
		[say("inRegistry"), one.revokedAt ? badge("good", time(one.revokedAt)) : badge("moving", say("soon"))],
		[say("inCrl"), one.publishedAt ? badge("good", time(one.publishedAt)) : badge("moving", one.crl ? say("nextCrl", { time: time(one.crl.nextUpdate) }) : say("soon"))],
	].filter(Boolean)));
}

