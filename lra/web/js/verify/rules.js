// The identity rules that hold today (GET /v1/identity-rules), and the papers they allow. Where none are set up, the table of
// papers.js stands alone.
import { ask, Refused } from "../api.js";
import { dayInOffice, language, sayOf } from "../words.js";
import { papers } from "./papers.js";

const CARD = ["face", "intact"];

export async function identityRules() {
	try {
		return await ask("GET", "identity-rules");
	} catch (refused) {
		if (refused instanceof Refused && refused.status === 404) return null;
		throw refused;
	}
}

function ofRule(row) {
	const own = papers.find((one) => one.kind === row.kind);
	return { kind: row.kind, name: language === "ja" ? row.nameJa : row.name, methods: row.methods, proves: row.proves, counts: row.counts, number: own?.number,
		dates: [row.needsValidUntil && "validUntil", row.needsIssuedOn && "issuedOn"].filter(Boolean), checks: own?.checks ?? (row.photo ? CARD : []) };
}

export function papersBy(rules) {
	if (!rules) return papers.map((one) => ({ ...one, name: sayOf("paper", one.kind), counts: 0 }));
	const today = dayInOffice(new Date());
	return rules.documents.filter((row) => (row.from ?? today) <= today && today <= (row.until ?? today)).map(ofRule);
}

// How many papers the rules still want: different kinds, each with its weight.
export function wanting(rules, allowed, one) {
	const kinds = new Set((one.evidence ?? []).map((row) => row.kind));
	return Math.max(0, (rules?.needed ?? 0) - allowed.filter((paper) => kinds.has(paper.kind)).reduce((sum, paper) => sum + paper.counts, 0));
}
