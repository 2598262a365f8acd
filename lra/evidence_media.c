#include "lra/evidence_media.h"

#include <strings.h>

#include "common/base/table.h"
#include "common/base/text.h"

/*
 * An ISO base media file begins with a box "ftyp" that lists brands (ISO/IEC 14496-12 section 4.3); HEIF's still images
 * have these as their major one (ISO/IEC 23008-12 annex B).
 */
static bool is_heif(struct blob head)
{
	static const char *const brands[] = { "heic", "heix", "heim", "heis", "mif1",
		"msf1" };
	if (head.len < 12 || memcmp(head.data + 4, "ftyp", 4) != 0)
		return false;
	for (size_t i = 0; i < COUNT(brands); i++)
		if (memcmp(head.data + 8, brands[i], 4) == 0)
			return true;
	return false;
}

/*
 * ISO 32000-1 section 7.5.2: the header is the first line. Readers that look for it further on are why a file can be a PDF
 * and something else at once; here it stands at the begin.
 */
static bool is_pdf(struct blob head)
{
	return head.len >= 8 && memcmp(head.data, "%PDF-", 5) == 0 &&
	       (head.data[5] == '1' || head.data[5] == '2') && head.data[6] == '.' &&
	       head.data[7] >= '0' && head.data[7] <= '9';
}

static bool is_jpeg(struct blob head)
{
	return head.len >= 4 && memcmp(head.data, "\xff\xd8\xff", 3) == 0 &&
	       head.data[3] >= 0xc0;
}

static bool is_png(struct blob head)
{
	return head.len >= 16 &&
	       memcmp(head.data, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16) == 0;
}

static bool is_tiff(struct blob head)
{
	return head.len >= 8 &&
	       (memcmp(head.data, "II*\0", 4) == 0 || memcmp(head.data, "MM\0*", 4) == 0);
}

/* Browsers have no PDF viewer inside a sandbox, and no HEIC or TIFF at all. */
/* clang-format off */
static const struct {
	struct evidence_media media;
	const char *also; /* another suffix people use */
	bool (*fits)(struct blob head);
} kinds[] = {
	{ { "application/pdf", ".pdf",  false }, ".pdf",  is_pdf  },
	{ { "image/jpeg",      ".jpg",  true  }, ".jpeg", is_jpeg },
	{ { "image/png",       ".png",  true  }, ".png",  is_png  },
	{ { "image/heic",      ".heic", false }, ".heif", is_heif },
	{ { "image/tiff",      ".tif",  false }, ".tiff", is_tiff },
};
/* clang-format on */

const struct evidence_media *evidence_media_find(const char *type)
{
	size_t len = type == NULL ? 0 : strcspn(type, "; \t");
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (len == strlen(kinds[i].media.type) &&
			strncasecmp(type, kinds[i].media.type, len) == 0)
			return &kinds[i].media;
	return NULL;
}

const struct evidence_media *evidence_media_of_name(const char *name)
{
	const char *suffix = strrchr(name, '.');
	for (size_t i = 0; suffix != NULL && i < COUNT(kinds); i++)
		if (strcasecmp(suffix, kinds[i].media.suffix) == 0 ||
			strcasecmp(suffix, kinds[i].also) == 0)
			return &kinds[i].media;
	return NULL;
}

bool evidence_media_fits(const struct evidence_media *media, struct blob head)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (&kinds[i].media == media)
			return kinds[i].fits(head);
	return false;
}
