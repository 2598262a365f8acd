// What the certificate will say, each line beside the papers that show it: the checklist of UX 7.3.
import { badge } from "../cases.js";
import { make } from "../dom.js";
import { say, sayOf } from "../words.js";
import { claims } from "./papers.js";

export function comparison(one) {
	const proofs = (type) => (one.evidence ?? []).filter((row) => row.proves.includes(type)).map((row) => sayOf("paper", row.kind));
	return make("table", { class: "checks" },
		make("caption", {}, say("compareCaption")),
		make("thead", {}, make("tr", {}, [say("item"), say("inForm"), say("shownBy")].map((head) => make("th", { scope: "col" }, head)))),
		make("tbody", {}, claims(one.content).map(({ type, value }) => {
			const by = proofs(type);
			return make("tr", {}, make("th", { scope: "row" }, sayOf("attribute", type)), make("td", {}, value),
				make("td", {}, by.length > 0 ? [badge("good", say("match")), make("small", {}, by.join(say("comma")))] : badge("bad", say("notShown"))));
		})));
}
