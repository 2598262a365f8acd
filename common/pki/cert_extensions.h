/* cert_extensions: identifiers that the writing and the reading of certificates share. Between the cert_*.c files only. */
#ifndef COMMON_PKI_CERT_EXTENSIONS_H
#define COMMON_PKI_CERT_EXTENSIONS_H

#include "common/pki/der.h"

/* clang-format off */
static const struct oid id_subject_key_identifier   = { 3, { 0x55, 0x1d, 0x0e } };
static const struct oid id_key_usage                = { 3, { 0x55, 0x1d, 0x0f } };
static const struct oid id_subject_alt_name         = { 3, { 0x55, 0x1d, 0x11 } };
static const struct oid id_basic_constraints        = { 3, { 0x55, 0x1d, 0x13 } };
static const struct oid id_name_constraints         = { 3, { 0x55, 0x1d, 0x1e } };
static const struct oid id_crl_distribution_points  = { 3, { 0x55, 0x1d, 0x1f } };
static const struct oid id_certificate_policies     = { 3, { 0x55, 0x1d, 0x20 } };
static const struct oid id_authority_key_identifier = { 3, { 0x55, 0x1d, 0x23 } };
static const struct oid id_ext_key_usage            = { 3, { 0x55, 0x1d, 0x25 } };
static const struct oid id_authority_info_access    = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01 } };
static const struct oid id_ocsp_nocheck             = { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x05 } };
static const struct oid id_ad_ocsp                  = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01 } };
static const struct oid id_ad_ca_issuers            = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02 } };
/* clang-format on */

enum { CERT_VERSION_3 = 2 };

#endif
