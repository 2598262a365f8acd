// What a list of decisions is about, a row each: who, what, on which evidence; the statement itself below it, as it is signed.
import { make } from "../dom.js";
import { plainName, say, sayOf } from "../words.js";

const nameOf = (content) => content.subject.find((one) => one.type === "commonName")?.value ?? "";
const others = (content) => [...content.subject.filter((one) => one.type !== "commonName"), ...(content.subjectAltName ?? [])].map(plainName).join(say("comma"));
const evidenceOf = (evidence) => evidence.map((one) => `${sayOf("paper", one.kind)} (${sayOf("method", one.method)}, ${one.sha256.slice(0, 8)})`);

// Opened, it is written: a thousand of them at once nobody reads.
function whole(said) {
	const place = make("pre", { class: "statement", tabindex: "0" });
	const box = make("details", { ontoggle: () => { if (box.open) place.textContent = JSON.stringify(said, null, 2); } },
		make("summary", {}, say("wholeStatement")), place);
	return box;
}

export const shown = (rows) => make("div", { class: "wide long", tabindex: "0", role: "region", "aria-label": say("decideCaption") },
	make("table", { class: "list" },
		make("caption", {}, say("decideCaption")),
		make("thead", {}, make("tr", {}, ["number", "name", "profile", "evidence"].map((name) => make("th", { scope: "col" }, sayOf("column", name))))),
		make("tbody", {}, rows.map(({ said: { content, evidence }, said }) => make("tr", {},
			make("td", {}, make("a", { href: `#/case/${content.application}`, target: "_blank", rel: "noopener", class: "number" }, content.application),
				content.version > 1 ? make("small", { class: "late" }, `! ${say("changedVersion", { version: content.version })}`) : null),
			make("td", {}, nameOf(content), make("small", {}, others(content))),
			make("td", {}, sayOf("profile", content.profile)),
			make("td", {}, evidenceOf(evidence).map((words) => make("small", {}, words)), whole(said)))))));
