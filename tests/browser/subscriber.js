// The subscribers' own pages in a browser whose JavaScript is off: follow, confirm receipt, pass phrase, revoke; both languages,
// by keys, with the accessibility rules and a picture of each page.
//   subscriber.js ADDRESS FOLDER PICTURES <cases.json: {mine, third, holder}
import { check, end, equal, hold, launch } from "./browser.js";
import { readFileSync } from "node:fs";

const [address, folder, pictures] = process.argv.slice(2);
const { mine, third, holder } = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch();
const phrase = "correct horse battery";

async function person(language, name, javaScriptEnabled = false) {
	const context = await browser.newContext({
		ignoreHTTPSErrors: true, javaScriptEnabled, locale: language === "ja" ? "ja-JP" : "en-GB", viewport: { width: 1000, height: 800 },
		clientCertificates: name ? [{ origin: holder, certPath: `${folder}/${name}-auth.pem`, keyPath: `${folder}/${name}-auth.key` }] : [],
	});
	const page = await context.newPage();
	const wrong = [];
	page.on("console", (said) => { if (said.type() === "error" && !/status of 4\d\d|favicon/.test(said.text())) wrong.push(said.text()); });
	page.on("request", (request) => { if (![address, holder].includes(new URL(request.url()).origin)) wrong.push(`elsewhere: ${request.url()}`); });
	return { context, page, wrong };
}
const text = (page) => page.innerText("main");
async function says(words, page, ...parts) {
	const shown = await text(page);
	check(words, parts.every((part) => shown.includes(part)), shown);
}
const fill = (page, id, value) => page.locator(`#${id}`).fill(value);
const send = (page) => page.locator("button[type=submit]").first().press("Enter");

// What the rules of accessibility say needs a script of ours in the page: a second look, with JavaScript on, at what only informs.
async function look(language) {
	const { context, page, wrong } = await person(language, "mine", true);
	for (const [name, where] of [["home", `${address}/`], ["follow", `${address}/follow?number=${mine}`], ["unknown", `${address}/follow?number=A26-1`],
		["signed", `${address}/receipt`], ["revoke", `${address}/revoke`], ["receipt", `${holder}/receipt`], ["revoke-own", `${holder}/revoke`]]) {
		await page.goto(`${where}${where.includes("?") ? "&" : "?"}lang=${language}`);
		equal(`30 ${language}: ${name} is in its language`, language, await page.getAttribute("html", "lang"));
		equal(`29 ${language}: ${name} has no script`, 0, await page.locator("script, [style], [onclick]").count());
		await hold(page, `30 ${language}: ${name}`, wrong, `${pictures}/subscriber-${name}-${language}.png`);
	}
	await page.setViewportSize({ width: 320, height: 640 });
	check(`30 ${language}: at 400 % it does not scroll sideways`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await context.close();
}

// Without JavaScript: the whole way of a subscriber.
async function way() {
	const { context, page, wrong } = await person("ja", "mine");
	await page.goto(`${address}/`);
	await page.getByRole("link", { name: "申込状況の確認" }).click();
	await fill(page, "number", mine.toLowerCase().replace("a", "Ａ"));
	await send(page);
	await says("15 ja: a receipt number, typed as people type, shows the state", page, mine, "受領確認をお願いします");
	await page.getByRole("link", { name: "受領確認" }).click();
	await says("17 ja: the page shows what the new certificate says", page, mine, "TAKAHASHI", "シリアル番号");
	await send(page);
	await says("17 ja: receipt is confirmed with it", page, "受領を確認しました", "受領確認日時");
	await fill(page, "phrase", phrase);
	await fill(page, "again", `${phrase}?`);
	await send(page);
	await says("33 ja: two pass phrases that differ are refused", page, "一致しません");
	await fill(page, "phrase", phrase);
	await fill(page, "again", phrase);
	await send(page);
	await says("33 ja: the pass phrase is kept", page, "登録しました");
	await page.screenshot({ path: `${pictures}/subscriber-phrase-ja.png`, fullPage: true });
	await page.reload();
	await says("33 ja: loading it anew does no harm", page, mine);
	await page.getByRole("link", { name: "English" }).click();
	await says("17 en: the page in the other language", page, "Receipt confirmed", "takes its place");

	await page.goto(`${address}/revoke?lang=ja`);
	await says("33 ja: three doors, the telephone and within which hours", page, "証明書で申請する", "失効用合言葉で申請する", "電話で申請する", "03-0000-0000", "24時間以内");
	equal("33: the first reason is none; no clerk's reason is offered", ["wish", 0],
		[await page.locator("#event option").first().getAttribute("value"), await page.locator("option[value=notAuthorized], option[value=termsBroken], option[value=keyLost]").count()]);
	await fill(page, "number", mine);
	await page.locator("#event").selectOption("lostDevice");
	await fill(page, "phrase", "something else entirely");
	await page.locator("form[action='/revoke'] button").press("Enter");
	await says("33 ja: a wrong pass phrase is refused in plain words", page, "違います");
	await fill(page, "phrase", phrase);
	await page.locator("#event").selectOption("lostDevice");
	await page.locator("form[action='/revoke'] button").press("Enter");
	await says("33 ja: the right one is taken, and it says until when", page, "受け付けました", mine, "失効の期限");
	await page.screenshot({ path: `${pictures}/subscriber-taken-ja.png`, fullPage: true });
	await page.goto(`${address}/follow?number=${mine}&lang=en`);
	await says("15 en: the case says so", page, "Revocation asked for");
	equal("29: nothing from elsewhere, no violation", [], wrong);
	await context.close();
}

// A text to sign, for a certificate that no browser shows.
async function bySignature() {
	const { context, page, wrong } = await person("en");
	await page.goto(`${address}/?lang=en`);
	await page.getByRole("link", { name: "Confirm receipt by a signed file" }).click();
	await fill(page, "number", third);
	await fill(page, "certificate", readFileSync(`${folder}/third-auth.pem`, "utf8"));
	await send(page);
	await says("17 en: the three steps, with a command", page, "Save the text", "openssl cms -sign", "Paste the signature");
	const [file] = await Promise.all([page.waitForEvent("download"), send(page)]);
	equal("17 en: the text is saved as a file", `${third}-receipt.json`, file.suggestedFilename());
	await fill(page, "signature", "-----BEGIN CMS-----\nAAAA\n-----END CMS-----\n");
	await page.locator("form[action='/receipt'] button").press("Enter");
	await says("17 en: what is no signature is refused in plain words", page, "not a signature over this text", "Paste the signature");
	await page.screenshot({ path: `${pictures}/subscriber-sign-en.png`, fullPage: true });
	equal("29: nothing from elsewhere, no violation", [], wrong);
	await context.close();
}

async function byCertificate() {
	const { context, page } = await person("en", "third");
	await page.goto(`${address}/?lang=en`);
	await page.getByRole("link", { name: "Request revocation" }).click();
	await page.getByRole("link", { name: "Request revocation" }).click();
	await says("33 en: the certificate itself", page, third, "Serial number");
	await send(page);
	await says("33 en: is taken without a reason", page, "was taken", "Revoked at the latest");
	await context.close();
}

for (const language of ["ja", "en"]) await look(language);
await way();
await bySignature();
await byCertificate();
await browser.close();
end();
