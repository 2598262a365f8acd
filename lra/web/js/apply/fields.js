// The fields of an application, in their order on the page: what is asked for, when, and which of the server's names they answer for.
//   id       of the input, and of its value            word     its label in the catalogue; its help is help.WORD
//   faults   names that the server gives faults under  when     (profile, values): whether it is asked for at all
//   needed   (profile): whether the profile insists    options  (office, agreements, profile, values): of a choice
//   tell     how a value is told to people
import { language, say, sayOf } from "../words.js";

const always = () => true, never = () => false;
const has = (type) => (profile) => profile.subject[type] !== undefined;
const needs = (type) => (profile) => profile.subject[type] === "required";
const plain = (list) => list.map((one) => [one, one]);
const YEAR = 365 * 86400;
const counted = (count, unit) => new Intl.NumberFormat(language === "ja" ? "ja-JP" : "en-GB", { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(count);
const lasting = (seconds) => (seconds % YEAR === 0 ? counted(seconds / YEAR, "year") : counted(seconds / 86400, "day"));
// Whole years as far as contract and profile go; and what an application that is corrected had.
const validities = (office, agreements, profile, values) => [...new Set([...[1, 2, 3, 4, 5].map((count) => count * YEAR)
	.filter((seconds) => seconds <= Math.min(office.validityMax, profile.validityMax)), Number(values.validity)])].map((seconds) => [String(seconds), lasting(seconds)]);

/* The personal ones of a certificate are in Latin letters; of papers, as people write them. */
export const parts = [
	{ word: "partPerson", fields: [
		{ id: "recipientName", word: "recipientName", faults: ["recipient", "recipient.name"], attributes: { maxlength: 128 }, help: true },
		{ id: "kanaSurname", word: "kanaSurname", faults: ["kana.surname"], when: has("surname"), half: true, attributes: { maxlength: 60 } },
		{ id: "kanaGivenName", word: "kanaGivenName", faults: ["kana.givenName"], when: has("givenName"), half: true, attributes: { maxlength: 60 }, help: true },
		{ id: "surname", word: "surname", faults: ["surname", "pseudonym"], needed: always, when: has("surname"), half: true },
		{ id: "givenName", word: "givenName", faults: ["givenName"], needed: always, when: has("givenName"), half: true },
		{ id: "commonName", word: "commonName", faults: ["commonName"], needed: needs("commonName"), when: has("commonName"), help: true },
		{ id: "romajiReason", word: "romajiReason", faults: ["romajiReason"], when: has("surname"), attributes: { maxlength: 200 }, help: true },
		{ id: "employeeNumber", word: "employeeNumber", faults: ["employeeNumber", "serialNumber", "entity"], needed: always, half: true, attributes: { maxlength: 64 } },
		{ id: "mailbox", word: "mailbox", faults: ["mailboxes", "rfc822Name", "emailAddress"], needed: (profile) => profile.mailboxes === "required",
			when: (profile) => profile.mailboxes !== "forbidden", attributes: { inputmode: "email" }, half: true, help: true },
		{ id: "unit", word: "unit", faults: ["recipient.unit"], attributes: { maxlength: 60 }, half: true },
		{ id: "postalCode", word: "postalCode", faults: ["recipient.postalCode"], attributes: { maxlength: 15 }, half: true },
		{ id: "address", word: "address", faults: ["recipient.address"], tag: "textarea", attributes: { rows: 2, maxlength: 180 } },
	] },
	{ word: "partOrganization", fields: [
		{ id: "organizationName", word: "organizationName", faults: ["organizationName", "lra"], tag: "select", options: (office) => plain(office.organizationNames) },
		{ id: "organizationIdentifier", word: "organizationIdentifier", faults: ["organizationIdentifier"], tag: "select", when: has("organizationIdentifier"),
			options: (office) => plain(office.organizationIdentifiers) },
		{ id: "stateOrProvinceName", word: "stateOrProvinceName", faults: ["stateOrProvinceName"], when: has("stateOrProvinceName"), needed: needs("stateOrProvinceName"), half: true },
		{ id: "localityName", word: "localityName", faults: ["localityName"], when: has("localityName"), needed: needs("localityName"), half: true },
	] },
	{ word: "partCertificate", fields: [
		{ id: "profile", word: "profile", faults: ["profile"], tag: "select", tell: (value) => sayOf("profile", value), options: (office) => office.profiles.map((one) => [one.profile, sayOf("profile", one.profile)]) },
		{ id: "validity", word: "validity", faults: ["validity"], tag: "select", tell: (value) => lasting(Number(value)), options: validities },
		{ id: "keyOrigin", word: "keyOrigin", faults: ["key.origin"], tag: "select", tell: (value) => sayOf("birth", value), options: (office, agreements, profile) =>
			(profile.keyAtHandover ? ["handover", "csr"] : ["csr"]).map((one) => [one, say(`birth.${one}`)]) },
		{ id: "csr", word: "csr", faults: ["key.csr", "modulus", "publicExponent", "subjectPublicKey", "subjectPublicKeyInfo"], tag: "textarea", needed: always,
			when: (profile, values) => values.keyOrigin === "csr", attributes: { rows: 4, class: "number", spellcheck: "false" }, help: true },
	] },
	{ word: "partConsent", once: true, fields: [
		{ id: "agreement", word: "agreement", faults: ["agreement"], tag: "select", options: (office, agreements) =>
			agreements.map((one) => [one.sha256, say("agreementOf", { title: one.title, version: one.version, sha256: one.sha256.slice(0, 8) })]) },
		{ id: "means", word: "means", faults: ["acceptance.means"], tag: "select", half: true, options: () => ["paper", "web", "signature", "contract"].map((one) => [one, say(`means.${one}`)]) },
		{ id: "acceptedBy", word: "acceptedBy", faults: ["acceptedBy", "acceptance"], needed: always, half: true, attributes: { maxlength: 199 }, help: true },
		{ id: "recordKeeping", word: "recordKeeping", faults: ["recordKeeping"], tick: true },
		{ id: "correctness", word: "correctness", faults: ["correctness"], tick: true },
		{ id: "keyObligations", word: "keyObligations", faults: ["keyObligations"], tick: true },
		{ id: "publication", word: "publication", faults: ["publication"], tick: true },
	] },
].map((part) => ({ ...part, fields: part.fields.map((one) => ({ needed: never, when: always, tell: (value) => value, ...one })) }));

export const fields = parts.flatMap((part) => part.fields);
// "mailboxes[0]", "subject.surname", "recipient.unit": the whole, its end, or its begin.
export function fieldOf(fault) {
	const whole = fault.replaceAll(/\[\d+\]/g, ""), steps = whole.split(".");
	return [whole, steps.at(-1), steps[0]].map((name) => fields.find((one) => one.faults.includes(name))).find(Boolean);
}
