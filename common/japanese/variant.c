/*
 * variant: kanji of names that are written in several forms. The first of each row stands for all.
 *
 * Where the rows are from: written by hand for this table, copied from no file. They are the new and old forms that the
 * table of general-use kanji (常用漢字表, Cabinet notice 2 of 2010) puts in brackets and the annexed tables of the family
 * register's rules (戸籍法施行規則 別表第二) pair, and forms that stand in registers of families (髙, 﨑, 邉, 𠮷 …). The list is not
 * complete: a form that is missing is not found to be the same, which costs a hint and never a certificate.
 */
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/japanese/fold.h"

/* clang-format off */
static const char *const forms[] = { /* forms that Unicode itself makes one (compatibility kanji, selectors) need no row */
	"高髙", "斉斎齊齋斊", "辺邊邉", "崎﨑嵜碕", "浜濱濵", "吉𠮷", "沢澤", "島嶋嶌", "桜櫻", "広廣", "国國圀", "恵惠",
	"学學斈", "会會", "栄榮", "円圓", "亀龜", "真眞", "徳德", "富冨", "峰峯", "鉄鐵鐡銕", "静靜", "竜龍", "滝瀧",
	"関關", "塩鹽", "条條", "来來", "栖棲", "歩步", "歳歲", "毎每", "気氣", "涼凉", "渋澁", "温溫", "湾灣", "満滿",
	"焼燒", "猪豬", "瑶瑤", "穂穗", "穣穰", "稲稻", "竃竈", "粛肅", "緑綠", "縄繩", "総總", "聡聰", "芸藝", "茎莖",
	"荘莊", "薫薰", "藤籐", "蔵藏", "蒋蔣", "蛍螢", "覚覺", "観觀", "誉譽", "読讀", "諌諫", "豊豐", "遥遙", "郎郞",
	"郷鄕", "鎌鐮", "鎮鎭", "隣鄰", "雑雜", "霊靈", "頼賴", "顕顯", "黒黑", "黄黃", "弥彌", "弁辨瓣辯", "彦彥",
	"従從", "応應", "恒恆", "悦悅", "懐懷", "戸戶", "払拂", "抜拔", "拝拜", "拠據", "挙擧", "捜搜", "揺搖", "摂攝",
	"撃擊", "数數", "断斷", "昇曻", "昼晝", "晃晄", "晋晉", "暁曉", "曽曾", "楽樂", "様樣", "検檢", "権權", "横橫",
	"槙槇", "檜桧", "欧歐", "歴歷", "残殘", "殻殼", "沖冲", "浄淨", "浅淺", "済濟", "渓溪", "瀬瀨", "灯燈", "為爲",
	"犠犧", "独獨", "狭狹", "献獻", "瓶甁", "画畫", "当當", "畳疊", "発發", "県縣", "砿礦", "礼禮", "禅禪", "稟禀",
	"称稱", "穏穩", "粋粹", "糸絲", "経經", "継繼", "続續", "缶罐", "声聲", "胆膽", "台臺", "与與", "旧舊", "万萬",
	"乗乘", "予豫", "争爭", "亜亞", "仏佛", "伝傳", "体體", "価價", "侠俠", "倹儉", "児兒", "両兩", "剣劍劒剱",
	"剤劑", "剰剩", "労勞", "効效", "励勵", "勲勳", "勧勸", "区區", "医醫", "単單", "厳嚴", "参參", "双雙", "収收",
	"叙敍敘", "号號", "呉吳", "営營", "団團", "囲圍", "図圖", "圧壓", "増增", "壊壞", "壌壤", "壮壯", "寿壽", "変變",
	"奥奧", "奨奬", "姫姬", "実實", "宝寶", "寛寬", "将將", "専專", "対對", "尭堯", "届屆", "属屬", "岳嶽", "峡峽",
	"巌巖", "巣巢", "帯帶", "庁廳", "廃廢", "弐貳", "弾彈", "径徑", "徴徵", "戦戰", "戯戲", "択擇", "担擔", "桑桒",
	"梁樑", "柳栁", "松枩", "杯盃", "村邨", "船舩", "館舘", "鴎鷗", "麦麥", "麹麴", "麺麵", "闘鬪", "淵渕渊", "藪薮",
	"桝枡", "煕熙", "凛凜", "籠篭", "蝿蠅", "鰺鯵", "靭靱", "頬頰", "填塡", "顛顚", "剥剝", "嘘噓", "噛嚙", "掴摑",
	"祷禱", "繋繫", "蝋蠟", "醤醬", "醗醱", "駄馱", "呑吞", "兎兔",
};
/* clang-format on */

enum { PAIRS_MOST = 1024 };

struct pair {
	int32_t form, base;
};

static int by_form(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;
	return (left->form > right->form) - (left->form < right->form);
}

/* Sorted once: a table for people to read, and one to look up. */
static size_t sort_all(struct pair out[static PAIRS_MOST])
{
	size_t count = 0;
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct blob row = blob_text(forms[i]);
		size_t at = 0;
		int32_t base = text_next(row, &at), form;
		while ((form = text_next(row, &at)) >= 0 && count < PAIRS_MOST)
			out[count++] = (struct pair){ form, base };
	}
	qsort(out, count, sizeof *out, by_form);
	return count;
}

int32_t japanese_kanji(int32_t point)
{
	static struct pair pairs[PAIRS_MOST];
	static size_t count; /* constant once it is made */
	if (count == 0)
		count = sort_all(pairs);
	const struct pair wanted = { point, 0 };
	const struct pair *found = bsearch(&wanted, pairs, count, sizeof *pairs, by_form);
	return found == NULL ? point : found->base;
}
