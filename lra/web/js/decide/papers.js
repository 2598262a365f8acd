// One paper for many applications, such as the personnel register that all of them were compared with: sealed to each of them,
// for each has its own key to the archive.
import { ask, Refused } from "../api.js";
import { make, show } from "../dom.js";
import { draft } from "../draft.js";
import { paperForm, record } from "../verify/paper.js";
import { claims } from "../verify/papers.js";
import { identityRules, papersBy } from "../verify/rules.js";
import { say } from "../words.js";

// It shows of each what is asked for there.
async function add(receipt, file, row) {
	const one = await ask("GET", `applications/${receipt}`);
	if ((one.evidence ?? []).some((each) => each.sha256 === row.sha256 && each.kind === row.kind)) return; // the second try behind a broken line
	const proves = claims(one.content).map((claim) => claim.type).filter((type) => row.proves.includes(type));
	await record(receipt, file, { ...row, proves });
}

// refused: a Map that gets the words by receipt number
async function addAll(receipts, file, row, refused, told) {
	for (const [done, receipt] of receipts.entries()) {
		show(told, make("p", {}, say("decidingAll", { done, count: receipts.length })), make("progress", { max: receipts.length, value: done, "aria-label": say("recordPaper") }));
		try {
			await add(receipt, file, row);
			refused.delete(receipt);
		} catch (error) {
			if (!(error instanceof Refused) || error.status === 401 || error.status === 0) throw error;
			refused.set(receipt, [error.message, ...error.faults.map((fault) => fault.text)].join(" "));
		}
	}
}

const types = ["surname", "givenName", "commonName", "organizationName", "organizationalUnitName", "organizationIdentifier", "title", "stateOrProvinceName", "localityName", "rfc822Name", "directoryName"];

// chosen(): receipt numbers; done(count): when all were tried
export async function papersOfMany(at, chosen, refused, done) {
	// A face stands on one person's paper.
	const allowed = papersBy(await identityRules()).filter((paper) => !paper.checks.includes("face")), name = "verify", told = make("div", { role: "status" });
	const about = { draft: name, claims: types.map((type) => ({ type, value: say("ofEach") })), record: async (file, row) => {
		const receipts = chosen();
		if (receipts.length === 0) throw new Refused(422, { message_ja: say("noneChosen"), message_en: say("noneChosen") });
		try {
			await addAll(receipts, file, row, refused, told);
		} finally {
			show(told);
		}
	} };
	return [make("p", {}, say("sharedPaperHelp")), paperForm(about, allowed, await draft(name), at, done), told];
}
