// What was typed <-> the application of the API. A field that is empty is left out: an empty attribute is another thing than none.
const filled = (object) => {
	const rows = Object.entries(object).filter(([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0));
	return rows.length === 0 ? undefined : Object.fromEntries(rows);
};
const ATTRIBUTES = ["stateOrProvinceName", "localityName", "organizationName", "organizationIdentifier", "surname", "givenName", "commonName"];

// correcting: the application as it is, or null.
export function bodyOf(values, profile, correcting) {
	const subject = Object.fromEntries(ATTRIBUTES.filter((type) => profile.subject[type] && values[type].trim() !== "").map((type) => [type, values[type]]));
	const recipient = filled({ name: values.recipientName, unit: values.unit, postalCode: values.postalCode,
		address: values.address.split("\n").map((line) => line.trim()).filter(Boolean) });
	return {
		profile: values.profile, method: "counter", employeeNumber: values.employeeNumber, validity: Number(values.validity),
		subject: { countryName: "JP", ...subject },
		...(profile.mailboxes !== "forbidden" && values.mailbox.trim() !== "" && { mailboxes: [values.mailbox] }),
		...(recipient && { recipient: { name: "", ...recipient } }),
		key: values.keyOrigin === "handover" ? { origin: "handover" } : { origin: values.keyOrigin, csr: values.csr },
		...(!correcting && values.agreement !== "" && { acceptance: {
			agreement: values.agreement, acceptedBy: values.acceptedBy, means: values.means, recordKeeping: values.recordKeeping,
			correctness: values.correctness, keyObligations: values.keyObligations, publication: values.publication } }),
		...(correcting ? { version: correcting.version } : { idempotencyKey: values.idempotencyKey }),
	};
}

// An application as it was entered, by page or by program: a Name is a list of pairs there, or an object.
export function valuesOf(entered) {
	const name = Array.isArray(entered.subject) ? Object.fromEntries(entered.subject.map((one) => [one.type, one.value])) : entered.subject;
	const { name: recipientName, unit, postalCode, address } = entered.recipient ?? {};
	return { ...Object.fromEntries(ATTRIBUTES.map((type) => [type, name[type] ?? ""])),
		profile: entered.profile, employeeNumber: entered.employeeNumber ?? entered.entity ?? "", mailbox: entered.mailboxes?.[0] ?? "",
		validity: String(entered.validity ?? ""), keyOrigin: entered.key.origin, csr: entered.key.csr ?? "",
		recipientName: recipientName ?? "", unit: unit ?? "", postalCode: postalCode ?? "", address: (address ?? []).join("\n") };
}
