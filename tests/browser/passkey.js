// The counter by passkey alone, with a device of Chromium's own: registered by a code, vouched for by two administrators, then
// login, verification and approval each by one touch. node passkey.js ADDRESS PICTURES ENROL; standard input:
// {"receipt": a case with its evidence, "people": {"sato": code, "kobayashi": code}}. ENROL PERSON: the administrators sign.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { check, end, equal, hold, launch, person, shown, words } from "./browser.js";

const [address, pictures, enrol] = process.argv.slice(2);
const { receipt, people } = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch();

async function device(context, page) {
	const debug = await context.newCDPSession(page);
	await debug.send("WebAuthn.enable");
	const { authenticatorId } = await debug.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
		hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
	return (verified) => debug.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: verified });
}

async function sign(page, say, kind) {
	await page.locator("details.deed summary", { hasText: say[`do.${kind}`] }).click();
	await page.getByRole("button", { name: say.readStatement }).click();
	await page.locator("pre.statement").waitFor();
}

async function day(name, language, kind, state) {
	const say = words[language];
	const { context, page, wrong } = await person(browser, address, "", null, language);
	const verified = await device(context, page);
	const look = (what) => hold(page, `${what} ${language}`, wrong, `${pictures}/${what}-${language}.png`);
	const press = (key) => page.getByRole("button", { name: say[key], exact: true }).click();
	await shown(page, () => page.goto(`${address}/?lang=${language}`));
	await look("door");
	await press("login.passkey");
	await page.getByText(say.untouched).waitFor();
	check(`${name}: a device without a passkey opens nothing, and the page says so`, true);

	await shown(page, () => page.getByRole("link", { name: say.enrol }).click());
	await page.getByLabel(say.enrolPerson).fill(name);
	await page.getByLabel(say.enrolCode).fill("00000-00000-00000-00000");
	await press("enrolMake");
	await page.locator(".wrong", { hasText: "ref " }).waitFor();
	equal(`${name}: a wrong code is refused, and what was typed is there`, name, await page.getByLabel(say.enrolPerson).inputValue());
	await page.getByLabel(say.enrolCode).fill(people[name]);
	await press("enrolMake");
	await page.getByText(say.enrolled).waitFor();
	await look("enrolled");
	await shown(page, () => page.getByRole("link", { name: say.toLogin }).click());
	await press("login.passkey");
	await page.locator(".wrong", { hasText: "ref " }).waitFor();
	check(`${name}: before the administrators signed it opens nothing`, true);
	execFileSync(enrol, [name], { stdio: "inherit" });
	await shown(page, () => press("login.passkey"));
	check(`${name}: logged in`, await page.getByRole("button", { name: say.logout }).isVisible());

	check(`${name}: whoever has one passkey is reminded of a second (feature 20)`, await page.getByText(say.onePasskey).isVisible());

	await shown(page, () => page.goto(`${address}/?lang=${language}#/case/${receipt}`));
	await context.clearCookies();
	await page.getByRole("button", { name: say.take, exact: true }).click();
	await page.locator("dialog.person[open]").waitFor();
	await look("session-ended");
	await page.keyboard.press("Tab");
	await shown(page, () => page.locator("dialog.person button.primary").click());
	await page.getByRole("button", { name: say.giveBack, exact: true }).waitFor();
	check(`${name}: after a lost session, the login in a dialog and the deed goes on (feature 4)`, true);
	await sign(page, say, kind);
	check(`${name}: the statement names the case`, (await page.innerText("pre.statement")).includes(receipt), await page.innerText("pre.statement"));
	await look(`statement-${kind}`);
	await verified(false);
	await press("signByPasskey");
	await page.getByText(say.untouched).waitFor();
	check(`${name}: a device that does not know its person signs nothing`, true);
	await verified(true);
	await press("signByPasskey");
	await page.getByText(say[`done.${kind}`]).waitFor();
	check(`${name}: the case is where it belongs`, (await page.innerText(".title")).includes(say[`state.${state}`]), await page.innerText(".title"));
	await look(`decided-${kind}`);
	await shown(page, () => press("logout"));
	check(`${name}: logged out`, (await page.innerText("body")).includes(say.nobody), await page.content());
	await context.close();
}

await day("sato", "ja", "identify", "identified");
await day("kobayashi", "en", "approve", "submitted");
await browser.close();
end();
