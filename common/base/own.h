/* own: ownership visible at the declaration. AUTO(x_free) frees on every way out of the block; MOVE hands over. */
#ifndef COMMON_BASE_OWN_H
#define COMMON_BASE_OWN_H

#define AUTO(fn) __attribute__((cleanup(fn##_auto)))

/* For heap types: AUTO_DEFINE(struct csr, csr_free) lets one write AUTO(csr_free) struct csr *csr = NULL. */
#define AUTO_DEFINE(type, fn)                                                            \
	static inline void fn##_auto(type **held)                                        \
	{                                                                                \
		if (*held != NULL)                                                       \
			fn(*held);                                                       \
	}

/* For structs held in place: AUTO_DEFINE_HELD(struct buf, buf_clear). */
#define AUTO_DEFINE_HELD(type, fn)                                                       \
	static inline void fn##_auto(type *held)                                         \
	{                                                                                \
		fn(held);                                                                \
	}

/* The value of p; p itself becomes NULL, so its AUTO does nothing. */
#define MOVE(p)                                                                          \
	__extension__({                                                                  \
		__typeof__(p) moved_ = (p);                                              \
		(p) = NULL;                                                              \
		moved_;                                                                  \
	})

#endif
