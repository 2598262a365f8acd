// What was typed <-> the application of the API. A field that is empty is left out: an empty attribute is another thing than none.
// What the page does not ask for, but a program once sent, is kept through a correction.
const ATTRIBUTES = ["stateOrProvinceName", "localityName", "organizationName", "organizationIdentifier", "surname", "givenName", "commonName"];
const several = (text) => text.split(/[\s,、，]+/).filter(Boolean);
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

// A Name is a list of pairs, or an object.
const pairs = (name) => (Array.isArray(name) ? name : Object.entries(name).map(([type, value]) => ({ type, value })));

function subjectOf(values, profile, entered) {
	const kept = entered ? pairs(entered.subject).filter((one) => !ATTRIBUTES.includes(one.type)) : [{ type: "countryName", value: "JP" }];
	const typed = ATTRIBUTES.filter((type) => profile.subject[type] && values[type].trim() !== "").map((type) => ({ type, value: values[type] }));
	const all = [...kept, ...typed], once = new Set(all.map((one) => one.type)).size === all.length;
	return once ? Object.fromEntries(all.map((one) => [one.type, one.value])) : all; // so that a fault names its attribute
}

function recipientOf(values, entered) {
	const organization = entered?.recipient?.organization;
	const some = { ...(organization && { organization }), ...(values.unit && { unit: values.unit }), ...(values.postalCode && { postalCode: values.postalCode }),
		...(lines(values.address).length > 0 && { address: lines(values.address) }) };
	return values.recipientName || Object.keys(some).length > 0 ? { recipient: { name: values.recipientName, ...some } } : {};
}

function acceptanceOf({ agreement, acceptedBy, means, recordKeeping, correctness, keyObligations, publication }) {
	return agreement === "" ? {} : { acceptance: { agreement, acceptedBy, means, recordKeeping, correctness, keyObligations, publication } };
}

function kanaOf({ kanaSurname, kanaGivenName, romajiReason }) {
	const kana = { ...(kanaSurname.trim() && { surname: kanaSurname }), ...(kanaGivenName.trim() && { givenName: kanaGivenName }) };
	return { ...(Object.keys(kana).length > 0 && { kana }), ...(romajiReason.trim() && { romajiReason: romajiReason.trim() }) };
}

// before: the application that is corrected, {version, entered}; the one that is renewed, {entered}, or copied, {entered, copyOf}; or null.
export function bodyOf(values, profile, before) {
	const { entity, directoryName } = before?.entered ?? {}, mailboxes = several(values.mailbox);
	return {
		profile: values.profile, method: (before?.version && before.entered.method) ?? "counter", employeeNumber: values.employeeNumber, validity: Number(values.validity),
		subject: subjectOf(values, profile, before?.entered), ...kanaOf(values),
		...(entity && { entity }), ...(directoryName && { directoryName }),
		...(profile.mailboxes !== "forbidden" && mailboxes.length > 0 && { mailboxes }),
		...recipientOf(values, before?.entered),
		key: values.keyOrigin === "handover" ? { origin: "handover" } : { origin: values.keyOrigin, csr: values.csr },
		...(before?.copyOf && { copyOf: before.copyOf }),
		...(before?.version ? { version: before.version } : { ...acceptanceOf(values), idempotencyKey: values.idempotencyKey }),
	};
}

// Seconds, or words such as "730 d"; "" when none were given, or others.
function secondsOf(validity) {
	const days = /^(\d+) ?d$/.exec(validity ?? "");
	return days ? String(days[1] * 86400) : Number.isInteger(validity) ? String(validity) : "";
}

// An application as it was entered, by page or by program.
export function valuesOf(entered) {
	const name = Object.fromEntries(pairs(entered.subject).map((one) => [one.type, one.value]));
	const { name: recipientName, unit, postalCode, address } = entered.recipient ?? {};
	return { ...Object.fromEntries(ATTRIBUTES.map((type) => [type, name[type] ?? ""])),
		profile: entered.profile, employeeNumber: entered.employeeNumber ?? "", mailbox: (entered.mailboxes ?? []).join(", "),
		validity: secondsOf(entered.validity), keyOrigin: entered.key.origin, csr: entered.key.csr ?? "",
		kanaSurname: entered.kana?.surname ?? "", kanaGivenName: entered.kana?.givenName ?? "", romajiReason: entered.romajiReason ?? "",
		recipientName: recipientName ?? "", unit: unit ?? "", postalCode: postalCode ?? "", address: (address ?? []).join("\n") };
}
