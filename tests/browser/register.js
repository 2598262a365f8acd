// A corporate number beside the register (feature 9), in both languages: what differs is said, stops the verification, and is resolved
// with a reason.
//   register.js ADDRESS CEREMONY PICTURES <registry.json: {differs, number}
import { check, end, equal, hold, launch, person, shown, words } from "./browser.js";
import { readFileSync } from "node:fs";

const [address, ceremony, pictures] = process.argv.slice(2);
const registry = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch();

async function logIn(name, language) {
	const one = await person(browser, address, ceremony, name, language);
	await shown(one.page, () => one.page.goto(`${address}/?lang=${language}`));
	await shown(one.page, () => one.page.getByRole("button", { name: words[language]["login.card"] }).click());
	return one;
}

async function look(language) {
	const { context, page, wrong } = await logIn("sato", language), say = words[language];
	const sheet = page.locator("section[aria-labelledby=register]");
	await shown(page, () => page.goto(`${address}/?lang=${language}#/case/${registry.differs}`));
	check(`9 ${language}: the number is well formed`, (await sheet.innerText()).includes(say.registerForm), await sheet.innerText());
	check(`9 ${language}: and the name differs`, (await sheet.innerText()).includes(say["finding.differs"]));
	check(`9 ${language}: which one is registered`, (await sheet.innerText()).includes("株式会社よそ銀行"));
	const what = await page.locator("section[aria-labelledby=what]").innerText();
	check(`2 ${language}: names in Japanese are read as names`, what.includes("株式会社みらい銀行") && !what.includes("[object"), what);
	await hold(page, `corporate number ${language}`, wrong, `${pictures}/register-${language}.png`);
	await shown(page, () => page.goto(`${address}/?lang=${language}#/case/${registry.differs}/verify`));
	check(`9 ${language}: it is among what is missing`, (await page.locator("section[aria-labelledby=verdict]").innerText()).includes(say.registerTitle));
	check(`2 ${language}: also where they are compared with papers`, (await page.locator("section[aria-labelledby=compare]").innerText()).includes("株式会社みらい銀行"));
	await hold(page, `verification that waits ${language}`, wrong, `${pictures}/register-verify-${language}.png`);
	await context.close();
}

async function resolve() {
	const { context, page } = await logIn("sato", "ja"), say = words.ja;
	const sheet = page.locator("section[aria-labelledby=register]");
	await shown(page, () => page.goto(`${address}/?lang=ja#/case/${registry.differs}`));
	await sheet.locator("summary").click();
	await sheet.getByRole("button", { name: say.registerAccept }).click();
	check("9: without a reason nothing happens", (await sheet.locator(".wrong").innerText()).length > 0);
	await sheet.getByLabel(say.reason).fill("合併による商号変更");
	await shown(page, () => sheet.getByRole("button", { name: say.registerAccept }).click());
	check("9: with one it is recorded, and stands there", (await sheet.innerText()).includes("合併による商号変更"), await sheet.innerText());
	equal("9: it is not asked again", 0, await sheet.locator("summary").count());
	await shown(page, () => page.goto(`${address}/?lang=ja#/case/${registry.differs}/verify`));
	check("9: and is missing no longer", !(await page.locator("section[aria-labelledby=verdict]").innerText()).includes(say.registerTitle));
	await context.close();
}

await look("ja");
await look("en");
await resolve();
await browser.close();
end();
