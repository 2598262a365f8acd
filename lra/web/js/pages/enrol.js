// The first registration of a passkey, by the one-time code of an administrator.
import { field, form } from "../deed.js";
import { make, show } from "../dom.js";
import { register } from "../passkey.js";
import { say } from "../words.js";

export default function enrol(room) {
	const done = async (target) => {
		const { fingerprint } = await register(target.elements.person.value.trim(), target.elements.code.value.trim());
		target.replaceWith(make("div", { role: "status" }, make("p", {}, say("enrolled")), make("p", {}, make("code", {}, fingerprint))));
	};
	show(room, make("div", { class: "door" },
		make("h1", {}, say("enrol")),
		make("section", { class: "sheet" }, make("p", {}, say("enrolHelp")),
			form({}, done, say("enrolMake"), field("person", say("enrolPerson"), { maxlength: "63", autocapitalize: "none", spellcheck: "false" }),
				field("code", say("enrolCode"), { maxlength: "40", autocapitalize: "characters", spellcheck: "false" }, say("enrolCodeHelp")))),
		make("ul", { class: "ways" }, make("li", {}, make("a", { href: "#/" }, say("toLogin"))))));
}
