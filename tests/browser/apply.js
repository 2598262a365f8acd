// Applications typed by a clerk: any width, faults beside their fields, drafts that survive, corrections; by keys alone.
// node apply.js ADDRESS CEREMONY PICTURES; standard output ends with the receipt numbers it made.
import { check, end, equal, hold, launch, person, shown, words } from "./browser.js";

const [address, ceremony, pictures] = process.argv.slice(2);
const browser = await launch();
const at = (language, page) => `${address}/?lang=${language}${page}`;

async function clerk(name, language, page) {
	const one = await person(browser, address, ceremony, name, language);
	await shown(one.page, () => one.page.goto(at(language, page)));
	await shown(one.page, () => one.page.getByRole("button", { name: words[language]["login.card"] }).click());
	return one;
}

// From one field to the next by Tab, as a person does: each text is typed where the focus is.
async function type(page, texts) {
	for (const [id, text] of Object.entries(texts)) {
		for (let tries = 0; tries < 40 && await page.evaluate(() => document.activeElement.id) !== id; tries++) await page.keyboard.press("Tab");
		equal(`keys reach ${id}`, id, await page.evaluate(() => document.activeElement.id));
		if (text === " ") await page.keyboard.press("Space");
		else await page.keyboard.insertText(text);
	}
}

async function entering(language, number) {
	const say = words[language];
	const { context, page, wrong } = await clerk("tanaka", language, "#/queue");
	const value = (id) => page.locator(`#${id}`).inputValue();
	await shown(page, () => page.keyboard.press("n"));
	equal(`apply ${language}: n opens it`, say.apply, await page.innerText("h1"));
	await hold(page, `apply ${language}`, wrong, `${pictures}/apply-${language}.png`);

	// Feature 2: any width; the exact subject and what was repaired stand beside it.
	await type(page, { recipientName: "髙橋　一郎", surname: "ＴＡＫＡＨＡＳＨＩ", givenName: "Ichiro ", employeeNumber: number, mailbox: "ｉ.takahashi@mirai.example",
		unit: "ﾎﾝﾃﾝ営業部", postalCode: "１００－０００５", address: "東京都千代田区丸の内１－１−１" });
	const narrow = number.normalize("NFKC");
	await page.locator(".exact", { hasText: narrow }).waitFor();
	check(`apply ${language}: the exact subject stands beside it (feature 2)`, (await page.innerText(".stays")).replaceAll(/\s+/g, " ").includes("CN TAKAHASHI Ichiro"), await page.innerText(".stays"));
	check(`apply ${language}: what was repaired is listed (feature 2)`, (await page.innerText(".repairs")).includes(`${number} → ${narrow}`), await page.innerText(".repairs"));

	// Feature 37: letters follow the reading as a passport spells it; another spelling needs its reason.
	await page.locator("#surname").fill("");
	await page.locator("#givenName").fill("");
	await page.locator("#kanaSurname").fill("おおたに");
	await page.locator("#kanaGivenName").fill("ｼｮｳﾍｲ");
	await page.waitForFunction(() => document.querySelector("#givenName").value === "Shohei");
	equal(`apply ${language}: the passport's spelling is proposed (feature 37)`, "OTANI Shohei", `${await value("surname")} ${await value("givenName")}`);
	equal(`apply ${language}: the common name follows (feature 37)`, "OTANI Shohei", await value("commonName"));
	await page.locator("#surname").fill("OHTANI");
	await page.keyboard.press("Tab");
	await page.locator("#surname-fault span").waitFor();
	await page.locator("#romajiReason").fill("旅券の表記");
	await page.locator("#surname-fault span").waitFor({ state: "detached" });
	check(`apply ${language}: another one is right with its reason (feature 37)`, true);
	for (const id of ["kanaSurname", "kanaGivenName", "romajiReason"]) await page.locator(`#${id}`).fill("");
	await page.locator("#surname").fill("TAKAHASHI");
	await page.locator("#givenName").fill("Ichiro");
	await page.locator("#commonName").fill("TAKAHASHI Ichiro");

	// Feature 8: a personal number is refused where it stands, and kept nowhere; the story looks into the registry.
	const unit = page.locator("#unit");
	await unit.fill("１２３４−５６７８−９０１８");
	await page.keyboard.press("Tab");
	await page.locator("#unit-fault span").waitFor();
	check(`apply ${language}: a personal number is refused beside its field, with the way to the right one (feature 8)`, (await page.innerText("#unit-fault")).includes("NTRJP-"));
	await page.locator(".title .quiet", { hasText: say.draftWaits }).waitFor();
	check(`apply ${language}: no draft holds it (feature 8)`, true);
	await hold(page, `personal-number ${language}`, wrong, `${pictures}/personal-number-${language}.png`);
	await unit.fill("本店営業部");

	// All that is wrong at once, focused, each beside its field; nothing typed is lost.
	await page.locator("#surname").fill("");
	await page.locator("#commonName").fill("");
	await page.keyboard.press("Control+Enter");
	await page.locator(".wrong h2").waitFor();
	check(`apply ${language}: the summary has the focus`, await page.evaluate(() => document.activeElement.matches(".wrong")));
	const listed = await page.locator(".wrong li a").allInnerTexts();
	check(`apply ${language}: name, consent and its choices are listed at once`,
		["surname", "commonName", "acceptedBy", "recordKeeping", "correctness", "keyObligations"].every((id) => listed.includes(say[id])), listed);
	await hold(page, `apply-faults ${language}`, wrong, `${pictures}/apply-faults-${language}.png`);
	await page.getByRole("link", { name: say.surname }).press("Enter");
	equal(`apply ${language}: its link leads to the field`, "surname", await page.evaluate(() => document.activeElement.id));
	equal(`apply ${language}: what was typed is still there`, [number, "髙橋　一郎"], [await value("employeeNumber"), await value("recipientName")]);

	// An Enter that ends a composition sends nothing.
	await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, isComposing: true, keyCode: 229, bubbles: true })));
	await page.keyboard.insertText("TAKAHASHI");
	equal(`apply ${language}: the common name follows the names again`, "TAKAHASHI Ichiro", await value("commonName"));

	// Feature 4: the browser dies, the draft is there, with its time.
	await page.locator(".title .quiet", { hasText: say.draftSaved.split("{")[0] }).waitFor();
	await page.waitForTimeout(2500);
	await context.close();
	return narrow;
}

async function afterwards(language, narrow) {
	const say = words[language];
	const { context, page, wrong } = await clerk("tanaka", language, "#/queue");
	await page.getByRole("link", { name: say.draftOpen.split("{")[0].trim() }).waitFor();
	check(`draft ${language}: the queue offers what was begun (feature 4)`, true);
	const other = await clerk("sato", language, "#/apply");
	equal(`draft ${language}: a colleague does not see it (feature 4)`, "", await other.page.locator("#surname").inputValue());
	await other.context.close();
	await shown(page, () => page.goto(at(language, "#/apply")));
	check(`draft ${language}: it is back, with its time`, (await page.innerText(".notice")).includes(say.draftFound.split("{time}")[1].trim()), await page.innerText("main"));
	equal(`draft ${language}: as it was typed`, ["TAKAHASHI", "髙橋　一郎"], [await page.locator("#surname").inputValue(), await page.locator("#recipientName").inputValue()]);
	await type(page, { acceptedBy: narrow, recordKeeping: " ", correctness: " ", keyObligations: " " });
	await page.locator(".stays .good").waitFor();
	await hold(page, `apply-ready ${language}`, wrong, `${pictures}/apply-ready-${language}.png`);
	await context.clearCookies(); // the session ends before it is sent
	await page.keyboard.press("Control+Enter");
	await page.locator("dialog.person[open]").waitFor();
	await shown(page, () => page.keyboard.press("Enter"));
	await page.locator(".title .number").waitFor();
	const receipt = await page.innerText(".title .number");
	check(`apply ${language}: after the login in between it is received, once (feature 4)`, /^A\d\d-/.test(receipt), receipt);
	await shown(page, () => page.goto(at(language, "#/apply")));
	equal(`apply ${language}: the next one begins empty`, "", await page.locator("#employeeNumber").inputValue());

	// Corrected: everything is there as it was typed.
	await shown(page, () => page.goto(at(language, `#/case/${receipt}`)));
	await shown(page, () => page.getByRole("link", { name: say["do.correct"], exact: true }).press("Enter"));
	equal(`correct ${language}: as it was typed`, ["髙橋　一郎", "東京都千代田区丸の内１－１−１"], [await page.locator("#recipientName").inputValue(), await page.locator("#address").inputValue()]);
	await hold(page, `correct ${language}`, wrong, `${pictures}/correct-${language}.png`);
	await page.locator("#givenName").fill("Jiro");
	equal(`correct ${language}: the common name that was made of the names follows them`, "TAKAHASHI Jiro", await page.locator("#commonName").inputValue());
	await shown(page, () => page.keyboard.press("Control+Enter"));
	await page.getByText(say["event.applicationAmended"], { exact: true }).waitFor();
	check(`correct ${language}: the case is a new version`, (await page.innerText("#what ~ dl")).includes("TAKAHASHI Jiro"), await page.innerText("main"));
	await context.close();
	return receipt;
}

const receipts = [];
for (const [language, number] of [["ja", "４００１０１"], ["en", "４００１０２"]]) receipts.push(await afterwards(language, await entering(language, number)));
await browser.close();
end();
console.log(receipts.join(" "));
