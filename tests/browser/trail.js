// The audit trail's page (feature 21), in both languages: sentences, filters, and what it says of the chain.
//   trail.js ADDRESS CEREMONY PICTURES <registry.json: {receipt, fault}
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
	const chain = page.locator("#chain"), rows = page.locator("tbody tr");
	if (registry.fault) {
		await shown(page, () => page.goto(`${address}/?lang=${language}#/trail`));
		check(`21 ${language}: a broken chain is said, and where`, (await chain.innerText()).includes(registry.fault), await chain.innerText());
		equal(`21 ${language}: loudly`, "alert", await chain.getAttribute("role"));
		await hold(page, `trail with a broken chain ${language}`, wrong, `${pictures}/trail-broken-${language}.png`);
		await context.close();
		return;
	}
	await shown(page, () => page.goto(`${address}/?lang=${language}#/case/${registry.receipt}`));
	await shown(page, () => page.getByRole("link", { name: say.trailOfCase }).click());
	check(`21 ${language}: the chain is unbroken`, (await chain.innerText()).includes(say.chainWhole), await chain.innerText());
	equal(`21 ${language}: from a case to what was done about it`, [registry.receipt], [...new Set(await rows.locator("td:nth-child(4) a").allInnerTexts())]);
	check(`21 ${language}: in words`, (await page.locator("tr[data-event=applicationApproved]").innerText()).includes(say["event.applicationApproved"]));
	equal(`21 ${language}: no event without its words`, [], (await rows.evaluateAll((all) => all.map((row) => [row.dataset.event, row.querySelector("strong").textContent]))).filter(([event, text]) => event === text));
	await hold(page, `trail of a case ${language}`, wrong, `${pictures}/trail-case-${language}.png`);
	await page.getByLabel(say["trail.case"]).fill("");
	await page.getByLabel(say["trail.what"]).selectOption("accessRefused");
	await shown(page, () => page.getByRole("button", { name: say.showPeriod }).click());
	equal(`21 ${language}: by kind of event`, ["accessRefused"], [...new Set(await rows.evaluateAll((all) => all.map((row) => row.dataset.event)))]);
	check(`21 ${language}: what was refused says so, not by colour`, (await rows.first().innerText()).includes(say.trailRefused));
	await page.getByLabel(say["trail.what"]).selectOption("");
	await shown(page, () => page.getByRole("button", { name: say.showPeriod }).click());
	await hold(page, `trail ${language}`, wrong, `${pictures}/trail-${language}.png`);
	const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: say["trail.csv"] }).click()]);
	check(`21 ${language}: as a table`, readFileSync(await file.path(), "utf8").startsWith("\ufeffid,at,event,"));
	await context.close();
}

await look("ja");
await look("en");
await browser.close();
end();
