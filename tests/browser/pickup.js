// A file that its holder fetches himself (feature 15): the clerk chooses it on the page of the hand-over and gets a link; the holder
// opens the link in a browser without JavaScript, and downloads once. In both languages, with the accessibility rules.
//   pickup.js COUNTER SUBSCRIBER CEREMONY FOLDER PICTURES <cases.json: {given, over, code, word, link}
import { check, end, equal, hold, launch, person, shown, words } from "./browser.js";
import { readFileSync, writeFileSync } from "node:fs";

const [address, subscriber, ceremony, folder, pictures] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch();

// ---- the clerk
async function clerk(language) {
	const one = await person(browser, address, ceremony, "sato", language);
	await shown(one.page, () => one.page.goto(`${address}/?lang=${language}`));
	await shown(one.page, () => one.page.getByRole("button", { name: words[language]["login.card"] }).click());
	return { ...one, say: words[language], open: (place) => shown(one.page, () => one.page.goto(`${address}/?lang=${language}${place}`)) };
}

async function give() {
	const { context, page, wrong, say, open } = await clerk("ja");
	await open(`#/case/${cases.given}/deliver`);
	await page.getByLabel(say.howFile).selectOption("pickup");
	await page.getByLabel(say.fileChannel).fill("社内メール");
	await page.getByLabel(say.pinChannel).fill("社内メール");
	await page.getByRole("button", { name: say.handOverNow, exact: true }).click();
	await page.locator(".wrong", { hasText: "別の経路" }).waitFor();
	check("15: link and PIN must not go the same way", (await page.innerText(".wrong")).includes("別の経路"), await page.innerText("main"));
	await page.getByLabel(say.pinChannel).fill("簡易書留");
	await page.getByRole("button", { name: say.handOverNow, exact: true }).click();
	await page.getByText(say["done.pickup"]).waitFor({ timeout: 40000 });
	const link = await page.getByLabel(say.linkIsHere).inputValue();
	check("15: the clerk gets a link, once", link.startsWith(`${subscriber}/pickup?number=${cases.given}&code=`), link);
	check("15: the case says until when", (await page.innerText("main")).includes(say["pickup.waiting"].split("{")[0]), await page.innerText("main"));
	await hold(page, "15 ja: a hand-over with a link", wrong, `${pictures}/pickup-clerk-ja.png`);
	await open("#/queue/receipt");
	await open(`#/case/${cases.given}/deliver`);
	equal("15: whoever comes back does not see it again", 0, await page.getByLabel(say.linkIsHere).count());
	writeFileSync(`${folder}/link`, link);
	await context.close();
}

async function lookAgain(language) {
	const { context, page, wrong, say, open } = await clerk(language);
	await open(`#/case/${cases.over}/deliver`);
	check(`15 ${language}: a case whose link ended says what to do`, (await page.innerText("main")).includes(say["againAfter.expired"]), await page.innerText("main"));
	equal(`15 ${language}: and offers the hand-over again`, 1, await page.getByRole("button", { name: say.handOverNow, exact: true }).count());
	await hold(page, `15 ${language}: a link that ended`, wrong, `${pictures}/pickup-over-${language}.png`);
	await open("#/queue/deliver");
	check(`15 ${language}: the queue has a flag`, (await page.innerText(`tr[data-receipt="${cases.over}"]`)).includes(say["unfetched.expired"]), await page.innerText("main"));
	await context.close();
}

// ---- the holder
async function visitor(language, javaScriptEnabled = false) {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled, acceptDownloads: true, locale: language === "ja" ? "ja-JP" : "en-GB", viewport: { width: 1000, height: 800 } });
	const page = await context.newPage(), wrong = [];
	page.on("console", (said) => { if (said.type() === "error" && !/status of 4\d\d|favicon/.test(said.text())) wrong.push(said.text()); });
	page.on("request", (request) => { if (new URL(request.url()).origin !== subscriber) wrong.push(`elsewhere: ${request.url()}`); });
	return { context, page, wrong };
}

async function look(language) {
	const { context, page, wrong } = await visitor(language, true);
	for (const [name, where] of [["link", cases.link], ["empty", `${subscriber}/pickup`]]) {
		await page.goto(`${where}${where.includes("?") ? "&" : "?"}lang=${language}`);
		equal(`29 ${language}: ${name} has no script`, 0, await page.locator("script, [style], [onclick]").count());
		await hold(page, `30 ${language}: pick-up, ${name}`, wrong, `${pictures}/pickup-${name}-${language}.png`);
	}
	await page.setViewportSize({ width: 320, height: 640 });
	check(`30 ${language}: at 400 % it does not scroll sideways`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await context.close();
}

async function fetchIt() {
	const { context, page, wrong } = await visitor("ja");
	await page.goto(cases.link);
	check("15 ja: the page asks for the pick-up code and says that it is once", (await page.innerText("main")).includes("1回だけ"), await page.innerText("main"));
	await page.getByRole("link", { name: "English" }).click();
	check("15 en: the language changes, the link stays", (await page.innerText("main")).includes("once only") && (await page.locator("input[name=code]").getAttribute("value")) === cases.code);
	await page.getByRole("link", { name: "日本語" }).click();
	await page.locator("#word").fill("00000-00000");
	await page.locator("button[type=submit]").press("Enter");
	check("15 ja: a wrong code is refused in plain words", (await page.innerText("[role=alert]")).includes("違います"), await page.innerText("main"));
	await page.locator("#word").fill(cases.word.replace("-", " ").replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))));
	const [file] = await Promise.all([page.waitForEvent("download"), page.locator("button[type=submit]").press("Enter")]);
	equal("15 ja: typed in full width, the right one gives the file", `${cases.number}.p12`, file.suggestedFilename());
	await file.saveAs(`${folder}/fetched.p12`);
	await page.locator("button[type=submit]").press("Enter");
	await page.getByText("受取済み").first().waitFor();
	const told = await page.innerText("main");
	check("15 ja: a second time it says that it was fetched, when, and whom to call", ["受取日時", "03-0000-0000"].every((part) => told.includes(part)), told);
	await page.screenshot({ path: `${pictures}/pickup-fetched-ja.png`, fullPage: true });
	equal("29: nothing from elsewhere, no violation", [], wrong);
	await context.close();
}

if (cases.link) {
	for (const language of ["ja", "en"]) await look(language);
	await fetchIt();
}
if (cases.given) await give();
if (cases.over) for (const language of ["ja", "en"]) await lookAgain(language);
await browser.close();
end();
