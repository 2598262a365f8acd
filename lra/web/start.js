// The door: says who one is, in the reader's language. The words stand in words/<language>.json.
const roles = ["lraClerk", "lraApprover", "raOfficer", "auditor", "subscriber"];

function preferred() {
	const asked = new URLSearchParams(location.search).get("lang");
	if (asked === "ja" || asked === "en") return asked;
	return navigator.language.startsWith("ja") ? "ja" : "en";
}

async function read(path, language) {
	const answer = await fetch(path, { headers: { "Accept-Language": language } });
	if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
	return answer.json();
}

function say(words, session, language) {
	const person = session.person && (language === "ja" ? session.person.nameJa : session.person.name);
	document.documentElement.lang = language;
	document.title = words.title;
	for (const place of document.querySelectorAll("[data-word]")) place.textContent = words[place.dataset.word];
	if (session.lra) document.querySelector(".office").textContent = `${words.office}: ${session.lra.name}`;
	document.querySelector("#who").textContent = person ? words.hello.replace("{name}", person) : words.nobody;
	document.querySelector("#roles").textContent =
		roles.filter((role) => session.roles.includes(role)).map((role) => words[role]).join(" · ");
	for (const button of document.querySelectorAll("[data-language]"))
		button.setAttribute("aria-pressed", String(button.dataset.language === language));
}

async function show(language) {
	const words = await read(`words/${language}.json`, language);
	try {
		say(words, await read("v1/session", language), language);
	} catch {
		say(words, { roles: [] }, language);
		document.querySelector("#who").textContent = words.away;
	}
}

for (const button of document.querySelectorAll("[data-language]"))
	button.addEventListener("click", () => {
		history.replaceState(null, "", `?lang=${button.dataset.language}`);
		show(button.dataset.language);
	});
show(preferred());
