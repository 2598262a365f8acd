// The papers that a clerk may look at, and how: what each is good for, what it carries, and what has to be looked at.
//   methods  first the usual one      dates  what the paper carries: until when it holds, or when it was issued
//   proves   what of a certificate it can show      checks  what the clerk says he saw, each by its own tick
import { dayInOffice, plainName } from "../words.js";

const NAMES = ["surname", "givenName", "commonName"], PLACE = ["stateOrProvinceName", "localityName"];
const CARD = ["face", "intact"];

export const papers = [
	{ kind: "driverLicence", methods: ["original", "chip"], dates: ["validUntil"], number: true, proves: [...NAMES, ...PLACE], checks: [...CARD, "bothSides"] },
	{ kind: "individualNumberCard", methods: ["original", "chip", "jpki"], dates: ["validUntil"], proves: [...NAMES, ...PLACE], checks: [...CARD, "frontOnly"] },
	{ kind: "passport", methods: ["original", "chip"], dates: ["validUntil"], proves: NAMES, checks: CARD },
	{ kind: "residenceCard", methods: ["original", "chip"], dates: ["validUntil"], proves: [...NAMES, ...PLACE], checks: [...CARD, "bothSides"] },
	{ kind: "residenceCertificate", methods: ["original", "post"], dates: ["issuedOn"], proves: [...NAMES, ...PLACE], checks: ["allPages"] },
	{ kind: "personnelRegister", methods: ["register"], dates: ["issuedOn"], proves: ["organizationName", "organizationalUnitName", "title", ...NAMES, "directoryName"], checks: [] },
	{ kind: "corporateRegister", methods: ["register", "original"], dates: ["issuedOn"], number: true, proves: ["organizationName", "organizationIdentifier", ...PLACE], checks: ["existence"] },
	{ kind: "mailControl", methods: ["mail"], dates: ["issuedOn"], proves: ["rfc822Name"], checks: ["answered"] },
];

// What has to be proved: all that the certificate says, but the country and the organisation's own number for the person. Two
// values of one kind, such as two mailboxes, are proved together.
export function claims(content) {
	const values = new Map();
	for (const name of [...content.subject, ...(content.subjectAltName ?? [])])
		if (!["countryName", "serialNumber"].includes(name.type)) values.set(name.type, [...(values.get(name.type) ?? []), plainName(name)]);
	return [...values].map(([type, all]) => ({ type, value: all.join(" / ") }));
}
// Those that no paper of this case proves yet.
export const unproved = (one) => claims(one.content).filter((claim) => !(one.evidence ?? []).some((row) => row.proves.includes(claim.type)));
export const expired = (one) => (one.evidence ?? []).filter((row) => row.validUntil && row.validUntil < dayInOffice(new Date()));
