#include "common/token/token.h"

#include "common/base/random.h"
#include "common/base/table.h"
#include "common/token/cryptoki.h"

enum {
	SLOTS_MAX = 64,
	LABEL_LEN = 32, /* CK_TOKEN_INFO: padded with spaces, no final NUL */
	ID_LEN = 16,
	PIN_MIN = 4,
};

const CK_BBOOL cryptoki_true = CK_TRUE, cryptoki_false = CK_FALSE;

/* clang-format off */
/* What a caller can do about it; everything else is E_IO: the token, not the request. */
static const struct meaning { CK_RV rv; enum err_code code; const char *name; } meanings[] = {
	{ CKR_PIN_INCORRECT,             E_DENIED,    "PIN incorrect" },
	{ CKR_PIN_INVALID,               E_DENIED,    "PIN invalid" },
	{ CKR_PIN_LEN_RANGE,             E_DENIED,    "PIN of a wrong length" },
	{ CKR_PIN_EXPIRED,               E_DENIED,    "PIN expired" },
	{ CKR_PIN_LOCKED,                E_DENIED,    "PIN locked" },
	{ CKR_USER_PIN_NOT_INITIALIZED,  E_STATE,     "user PIN not set" },
	{ CKR_USER_NOT_LOGGED_IN,        E_STATE,     "not logged in" },
	{ CKR_USER_ALREADY_LOGGED_IN,    E_STATE,     "open already in this process" },
	{ CKR_TOKEN_WRITE_PROTECTED,     E_DENIED,    "token write protected" },
	{ CKR_TOKEN_NOT_PRESENT,         E_NOT_FOUND, "token not present" },
	{ CKR_TOKEN_NOT_RECOGNIZED,      E_NOT_FOUND, "token not recognized" },
	{ CKR_SLOT_ID_INVALID,           E_NOT_FOUND, "slot is gone" },
	{ CKR_MECHANISM_INVALID,         E_CRYPTO,    "mechanism not supported" },
	{ CKR_MECHANISM_PARAM_INVALID,   E_CRYPTO,    "mechanism parameter invalid" },
	{ CKR_KEY_TYPE_INCONSISTENT,     E_CRYPTO,    "key of another kind" },
	{ CKR_KEY_SIZE_RANGE,            E_CRYPTO,    "key size not supported" },
	{ CKR_KEY_FUNCTION_NOT_PERMITTED, E_CRYPTO,   "key may not do this" },
	{ CKR_CURVE_NOT_SUPPORTED,       E_CRYPTO,    "curve not supported" },
	{ CKR_SESSION_COUNT,             E_RETRY,     "too many sessions" },
	{ CKR_DEVICE_MEMORY,             E_RETRY,     "token is full" },
};
/* clang-format on */

RESULT cryptoki_check(CK_RV rv, const char *what)
{
	if (rv == CKR_OK)
		return OK;
	for (size_t i = 0; i < COUNT(meanings); i++)
		if (meanings[i].rv == rv)
			return FAIL(meanings[i].code, "%s: %s", what, meanings[i].name);
	return FAIL(E_IO, "%s: PKCS #11 error 0x%lx", what, rv);
}

/* Text fields of Cryptoki are padded with spaces, whatever their length. */
static void field_text(const unsigned char *field, size_t len, char *out)
{
	while (len > 0 && (field[len - 1] == ' ' || field[len - 1] == 0))
		len--;
	memcpy(out, field, len);
	out[len] = 0;
}

static RESULT pad_label(const char *label, unsigned char out[static LABEL_LEN])
{
	size_t len = strlen(label);
	if (len == 0 || len > LABEL_LEN)
		return FAIL(E_INPUT, "token label: empty or longer than %d bytes",
			LABEL_LEN);
	memset(out, ' ', LABEL_LEN);
	memcpy(out, label, len);
	return OK;
}

static RESULT module_load(const char *path, CK_FUNCTION_LIST **out)
{
	CK_FUNCTION_LIST *module = p11_kit_module_load(path, 0);
	if (module == NULL)
		return FAIL(E_NOT_FOUND, "no PKCS #11 module %s", path);
	/* p11-kit counts: the second token of a module in one process does not end the first one's session. */
	CK_RV rv = p11_kit_module_initialize(module);
	if (rv != CKR_OK) {
		p11_kit_module_release(module);
		return cryptoki_check(rv, "module start");
	}
	*out = module;
	return OK;
}

static void module_close(CK_FUNCTION_LIST *module)
{
	p11_kit_module_finalize(module);
	p11_kit_module_release(module);
}
AUTO_DEFINE(CK_FUNCTION_LIST, module_close)

static RESULT module_slots(CK_FUNCTION_LIST *module, CK_SLOT_ID out[static SLOTS_MAX],
	CK_ULONG *count)
{
	/* Only the question for the number makes a module look for slots that came since (v2.40 section 5.5). */
	TRY(cryptoki_check(module->C_GetSlotList(CK_TRUE, NULL, count), "slots"));
	*count = SLOTS_MAX;
	return cryptoki_check(module->C_GetSlotList(CK_TRUE, out, count), "slots");
}

/* The slot whose token has this label; found stays false when there is none. */
static RESULT slot_by_label(CK_FUNCTION_LIST *module, const char *label, bool *found,
	CK_SLOT_ID *out)
{
	unsigned char padded[LABEL_LEN];
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG count;
	TRY(pad_label(label, padded));
	TRY(module_slots(module, slots, &count));
	*found = false;
	for (CK_ULONG i = 0; i < count; i++) {
		CK_TOKEN_INFO info;
		if (module->C_GetTokenInfo(slots[i], &info) != CKR_OK ||
			(info.flags & CKF_TOKEN_INITIALIZED) == 0 ||
			memcmp(info.label, padded, LABEL_LEN) != 0)
			continue;
		if (*found)
			return FAIL(E_CONFLICT, "two tokens are named %s", label);
		*found = true;
		*out = slots[i];
	}
	return OK;
}

static RESULT slot_free(CK_FUNCTION_LIST *module, CK_SLOT_ID *out)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG count;
	TRY(module_slots(module, slots, &count));
	for (CK_ULONG i = 0; i < count; i++) {
		CK_TOKEN_INFO info;
		if (module->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
			(info.flags & CKF_TOKEN_INITIALIZED) == 0) {
			*out = slots[i];
			return OK;
		}
	}
	return FAIL(E_NOT_FOUND, "no slot with a token that is not initialised");
}

static RESULT login(CK_FUNCTION_LIST *module, CK_SESSION_HANDLE session, CK_USER_TYPE who,
	const struct secret *pin)
{
	struct blob bytes = secret_view(pin);
	return cryptoki_check(module->C_Login(session, who,
				      (CK_UTF8CHAR *)(uintptr_t)bytes.data, bytes.len),
		"login");
}

static RESULT read_info(CK_FUNCTION_LIST *module, CK_SLOT_ID slot, struct token_info *out)
{
	CK_TOKEN_INFO info;
	TRY(cryptoki_check(module->C_GetTokenInfo(slot, &info), "token info"));
	field_text(info.manufacturerID, sizeof info.manufacturerID, out->manufacturer);
	field_text(info.model, sizeof info.model, out->model);
	field_text(info.serialNumber, sizeof info.serialNumber, out->serial_number);
	field_text(info.label, sizeof info.label, out->label);
	snprintf(out->firmware, sizeof out->firmware, "%u.%u", info.firmwareVersion.major,
		info.firmwareVersion.minor);
	return OK;
}

RESULT token_open(const char *module, const char *label, const struct secret *pin,
	struct token **out)
{
	bool found;
	AUTO(token_close) struct token *token = calloc(1, sizeof *token);
	if (token == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(module_load(module, &token->module));
	TRY(slot_by_label(token->module, label, &found, &token->slot));
	if (!found)
		return FAIL(E_NOT_FOUND, "no token %s", label);
	TRY(read_info(token->module, token->slot, &token->info));
	/* Read-only: who signs cannot make or destroy keys by this session. */
	TRY_IN(cryptoki_check(token->module->C_OpenSession(token->slot,
				      CKF_SERIAL_SESSION, NULL, NULL, &token->session),
		       "session"),
		"token %s", label);
	token->has_session = true;
	TRY_IN(login(token->module, token->session, CKU_USER, pin), "token %s", label);
	*out = MOVE(token);
	return OK;
}

void token_close(struct token *token)
{
	if (token == NULL)
		return;
	/* Nothing can be done about a token that is gone: errors are of no use here. The last session logs out. */
	if (token->has_session)
		token->module->C_CloseSession(token->session);
	if (token->module != NULL)
		module_close(token->module);
	free(token);
}

void token_get_info(const struct token *token, struct token_info *out)
{
	*out = token->info;
}

/* The security officer's part: the user's PIN on a token just initialised. */
static RESULT set_user_pin(CK_FUNCTION_LIST *module, CK_SESSION_HANDLE session,
	const struct secret *so_pin, const struct secret *pin)
{
	struct blob bytes = secret_view(pin);
	TRY_IN(login(module, session, CKU_SO, so_pin), "security officer");
	CK_RV rv = module->C_InitPIN(session, (CK_UTF8CHAR *)(uintptr_t)bytes.data,
		bytes.len);
	module->C_Logout(session);
	return cryptoki_check(rv, "setting the PIN");
}

RESULT token_create(const char *module_path, const char *label,
	const struct secret *so_pin, const struct secret *pin)
{
	AUTO(module_close) CK_FUNCTION_LIST *module = NULL;
	unsigned char padded[LABEL_LEN];
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session;
	bool found;
	struct blob so = secret_view(so_pin);
	if (so.len < PIN_MIN || secret_view(pin).len < PIN_MIN)
		return FAIL(E_INPUT, "PIN: shorter than %d characters", PIN_MIN);
	TRY(pad_label(label, padded));
	TRY(module_load(module_path, &module));
	TRY(slot_by_label(module, label, &found, &slot));
	if (found)
		return FAIL(E_CONFLICT, "token %s exists", label);
	TRY(slot_free(module, &slot));
	TRY_IN(cryptoki_check(module->C_InitToken(slot, (CK_UTF8CHAR *)(uintptr_t)so.data,
				      so.len, padded),
		       "initialising"),
		"token %s", label);
	TRY(cryptoki_check(module->C_OpenSession(slot,
				   CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
				   &session),
		"session"));
	struct err err = set_user_pin(module, session, so_pin, pin);
	module->C_CloseSession(session);
	return err;
}

struct recipe {
	CK_MECHANISM_TYPE mechanism;
	CK_ULONG modulus_bits;
};

static RESULT recipe_find(enum key_algorithm algorithm, struct recipe *out)
{
	switch (algorithm) {
	case KEY_P256:
	case KEY_P384:
		*out = (struct recipe){ CKM_EC_KEY_PAIR_GEN, 0 };
		return OK;
	case KEY_RSA_2048:
		*out = (struct recipe){ CKM_RSA_PKCS_KEY_PAIR_GEN, 2048 };
		return OK;
	case KEY_RSA_3072:
		*out = (struct recipe){ CKM_RSA_PKCS_KEY_PAIR_GEN, 3072 };
		return OK;
	case KEY_RSA_4096:
		*out = (struct recipe){ CKM_RSA_PKCS_KEY_PAIR_GEN, 4096 };
		return OK;
	case KEY_NONE:
	case KEY_ALGORITHM_COUNT:
		break;
	}
	return FAIL(E_POLICY, "key algorithm: not one of ours");
}

/* R-CA-KEY-02: sign-only, sensitive, never to leave the token. */
static RESULT generate(struct token *token, CK_SESSION_HANDLE session, const char *label,
	enum key_algorithm algorithm, CK_OBJECT_HANDLE pair[static 2])
{
	static const uint8_t exponent[] = { 1, 0, 1 };
	uint8_t id_bytes[ID_LEN];
	struct recipe recipe;
	TRY(recipe_find(algorithm, &recipe));
	TRY(random_bytes(id_bytes, sizeof id_bytes));
	struct blob name = blob_text(label), id = BLOB(id_bytes), e = BLOB(exponent),
		    curve = BLOB_NONE;
	CK_MECHANISM mechanism = { recipe.mechanism, NULL, 0 };
	CK_ATTRIBUTE private_key[] = {
		CRYPTOKI_ATTRIBUTE(CKA_TOKEN, cryptoki_true),
		CRYPTOKI_ATTRIBUTE(CKA_PRIVATE, cryptoki_true),
		CRYPTOKI_ATTRIBUTE(CKA_SENSITIVE, cryptoki_true),
		CRYPTOKI_ATTRIBUTE(CKA_EXTRACTABLE, cryptoki_false),
		CRYPTOKI_ATTRIBUTE(CKA_SIGN, cryptoki_true),
		CRYPTOKI_ATTRIBUTE(CKA_SIGN_RECOVER, cryptoki_false),
		CRYPTOKI_ATTRIBUTE(CKA_DECRYPT, cryptoki_false),
		CRYPTOKI_ATTRIBUTE(CKA_UNWRAP, cryptoki_false),
		CRYPTOKI_ATTRIBUTE(CKA_DERIVE, cryptoki_false),
		CRYPTOKI_BYTES(CKA_LABEL, name),
		CRYPTOKI_BYTES(CKA_ID, id),
	};
	CK_ATTRIBUTE public_key[] = {
		CRYPTOKI_ATTRIBUTE(CKA_TOKEN, cryptoki_true),
		CRYPTOKI_ATTRIBUTE(CKA_VERIFY, cryptoki_true),
		CRYPTOKI_ATTRIBUTE(CKA_ENCRYPT, cryptoki_false),
		CRYPTOKI_ATTRIBUTE(CKA_WRAP, cryptoki_false),
		CRYPTOKI_BYTES(CKA_LABEL, name),
		CRYPTOKI_BYTES(CKA_ID, id),
		{ 0, NULL, 0 },
		{ 0, NULL, 0 },
	};
	CK_ULONG public_count = 6;
	if (recipe.modulus_bits != 0) {
		public_key[public_count++] =
			CRYPTOKI_ATTRIBUTE(CKA_MODULUS_BITS, recipe.modulus_bits);
		public_key[public_count++] = CRYPTOKI_BYTES(CKA_PUBLIC_EXPONENT, e);
	} else {
		TRY(cryptoki_curve(algorithm, &curve));
		public_key[public_count++] = CRYPTOKI_BYTES(CKA_EC_PARAMS, curve);
	}
	return cryptoki_check(token->module->C_GenerateKeyPair(session, &mechanism,
				      public_key, public_count, private_key,
				      COUNT(private_key), &pair[0], &pair[1]),
		"key generation");
}

RESULT token_generate(struct token *token, const char *label,
	enum key_algorithm algorithm)
{
	CK_OBJECT_HANDLE found[2], pair[2];
	CK_ULONG count;
	CK_SESSION_HANDLE session;
	struct blob name = blob_text(label);
	if (name.len == 0 || name.len > LABEL_LEN)
		return FAIL(E_INPUT, "key label: empty or longer than %d bytes",
			LABEL_LEN);
	TRY(cryptoki_find(token, CKO_PRIVATE_KEY, CRYPTOKI_BYTES(CKA_LABEL, name), found,
		&count));
	if (count != 0)
		return FAIL(E_CONFLICT, "key %s exists", label);
	/* The user is logged in already: the state belongs to the token, not to one session. */
	TRY(cryptoki_check(token->module->C_OpenSession(token->slot,
				   CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
				   &session),
		"session"));
	struct err err = generate(token, session, label, algorithm, pair);
	if (!err_is(err)) {
		err = cryptoki_check_private(token, pair[1]);
		/* A key that is not as asked for must not stay to be used one day. */
		if (err_is(err)) {
			token->module->C_DestroyObject(session, pair[0]);
			token->module->C_DestroyObject(session, pair[1]);
		}
	}
	token->module->C_CloseSession(session);
	if (err_is(err))
		return err_in(err, "key %s", label);
	return OK;
}
