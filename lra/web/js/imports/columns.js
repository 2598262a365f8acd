// Which column is what (UX 7.5): as it was found by the headings, changed here; and what all rows have in common.
import { ask } from "../api.js";
import { field, form } from "../deed.js";
import { make } from "../dom.js";
import { office } from "../office.js";
import { say, sayOf } from "../words.js";

// As lra/import_fields.c has them.
const FIELDS = ["employeeNumber", "directoryName.commonName", "directoryName.surname", "directoryName.givenName", "subject.commonName", "subject.surname", "subject.givenName",
	"subject.organizationalUnitName", "mailboxes", "validity", "key.csr", "recipient.name", "recipient.organization", "recipient.unit", "recipient.postalCode", "recipient.address"];
export const fieldName = (name) => (name ? sayOf("importField", name) : say("notUsed"));

function column(name, index, sample) {
	const id = `column-${index}`;
	return make("div", { class: "field half" }, make("label", { for: id }, say("columnNumber", { number: index + 1 })),
		make("select", { id, name: id, "aria-describedby": `${id}-help` }, make("option", { value: "" }, say("notUsed")), FIELDS.map((one) => make("option", { value: one, selected: one === name }, fieldName(one)))),
		make("p", { class: "quiet", id: `${id}-help` }, sample ? say("sample", { text: sample }) : say("none")));
}

const withDirectory = (common, name) => (name === "" ? {} : { directoryName: { ...common.directoryName, organizationName: name } });

// one: the import; samples: the cells of its first row
export async function mapping(one, samples, done) {
	const [mine, { agreements }] = await Promise.all([office(), ask("GET", "agreements")]);
	const common = one.common ?? {}, subject = common.subject ?? {}, byHeading = one.columns ?? [];
	const pick = (id, word, options, value) => make("div", { class: "half" }, field(id, say(word), { tag: "select", options, value }));
	const deed = async ({ elements }) => {
		const value = (id) => elements[id].value.trim();
		await ask("PUT", `imports/${one.id}/mapping`, {
			columns: samples.map((cell, index) => value(`column-${index}`)),
			common: { ...common, profile: value("profile"), key: { origin: "handover" },
				subject: { ...subject, countryName: "JP", stateOrProvinceName: value("state"), organizationName: value("organization"), organizationIdentifier: value("identifier") },
				...withDirectory(common, value("kanji")),
				acceptance: { agreement: value("agreement"), means: value("means"), recordKeeping: true, correctness: true, keyObligations: true, publication: false } } });
		await done();
	};
	return form({ class: "plain" }, deed, say("judgeAgain"),
		make("div", { class: "grid" }, samples.map((cell, index) => column(byHeading[index] ?? "", index, cell))),
		make("h3", {}, say("inCommon")),
		make("div", { class: "grid" },
			pick("profile", "profile", mine.profiles.filter((each) => each.keyAtHandover).map((each) => [each.profile, sayOf("profile", each.profile)]), common.profile),
			pick("organization", "importOrganization", mine.organizationNames.map((name) => [name, name]), subject.organizationName),
			pick("identifier", "importIdentifier", mine.organizationIdentifiers.map((name) => [name, name]), subject.organizationIdentifier),
			make("div", { class: "half" }, field("state", say("importState"), { value: subject.stateOrProvinceName ?? "" })),
			make("div", { class: "half" }, field("kanji", say("importKanji"), { value: common.directoryName?.organizationName ?? "", required: false })),
			pick("agreement", "importAgreement", agreements.toReversed().map((each) => [each.sha256, `${each.title} ${each.version}`]), common.acceptance?.agreement),
			pick("means", "means", ["paper", "web", "signature", "contract"].map((word) => [word, sayOf("means", word)]), common.acceptance?.means)));
}
