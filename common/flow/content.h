/* content: what will be issued, exactly, and the evidence it rests on: the words that clerks sign and the CA obeys. */
#ifndef COMMON_FLOW_CONTENT_H
#define COMMON_FLOW_CONTENT_H

#include "common/json/json.h"
#include "common/pki/general_name.h"
#include "common/pki/profile.h"

enum key_origin {
	KEY_ORIGIN_CSR, /* the subscriber's request, a plain certificate comes back */
	KEY_ORIGIN_SUBSCRIBER, /* the same, but packed into PKCS #12 by the subscriber */
	KEY_ORIGIN_HANDOVER, /* born in memory when it is handed over, never stored (R-SUB-KEY-02) */
	KEY_ORIGIN_COUNT
};
const char *key_origin_name(enum key_origin origin); /* "csr", "subscriber", "handover" */
RESULT key_origin_by_name(const char *name, enum key_origin *out);

struct content {
	char receipt_number[24];
	int64_t version; /* counts corrections; a decision holds for one */
	char lra[32];
	char profile[PROFILE_NAME];
	int64_t profile_version;
	char entity[96]; /* who the subject is, beyond the name: "LRA-0001:100234" */
	struct name subject;
	struct general_names subject_alt_name;
	int64_t validity_s;
	enum key_origin key_origin;
	bool has_key;           /* false only for handover before the key exists */
	uint8_t key_digest[32]; /* SHA-256 of the SubjectPublicKeyInfo */
	uint8_t agreement[32];  /* SHA-256 of the accepted terms */
};

/* Canonical JSON; the same content gives the same bytes. */
RESULT content_write(const struct content *content, struct buf *out);
/* E_INPUT names the member; members that are not known are refused. */
RESULT content_parse(const struct json *object, struct content *out);
RESULT content_parse_bytes(struct blob text, struct content *out);

/* A Name and GeneralNames as they stand in a content: lists of {"type", "value"}. */
RESULT content_name_to_json(const struct name *name, struct json **out);
RESULT content_names_to_json(const struct general_names *names, struct json **out);

/* Evidence as decisions name it (R-IDV-10, -24). */
struct evidence {
	char kind
		[32]; /* "driverLicence", "personnelRegister", "corporateRegister", "mailControl" … */
	char method[16];
	uint8_t sha256[32];
	char issued_on[11], valid_until[11]; /* "2026-11-23" or "" */
	uint32_t proves_subject;             /* 1 << name_type */
	uint32_t proves_san;                 /* 1 << general_name_type */
};
struct evidence_list {
	size_t count;
	struct evidence item[LIMIT_EVIDENCE];
};
RESULT evidence_write(const struct evidence_list *list,
	struct buf *out); /* canonical JSON array */
RESULT evidence_parse(const struct json *array, struct evidence_list *out);
/* One item of it, as the API takes it. */
RESULT evidence_parse_item(const struct json *object, struct evidence *out);
/* The same out of an object that has other members too, which the caller knows. */
RESULT evidence_read_item(const struct json *object, struct evidence *out);
/* "countryName" or "rfc822Name" into the bits. E_INPUT: neither an attribute nor a general name. */
RESULT evidence_add_claim(struct evidence *evidence, const char *attribute);

/* An attribute without evidence cannot be signed (R-IDV-24); evidence is within its own time (R-IDV-11). All faults.
 * countryName and serialNumber need none: the first follows from the organisation, the second is the CA's own. */
void evidence_check(const struct evidence_list *list, const struct content *content,
	int64_t now, struct faults *faults);

#endif
