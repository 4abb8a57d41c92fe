/**
 * Prefixes of kinds whose tokens carry a checksum. A value that begins so is that kind's to judge: where its checksum is
 * wrong, a generic rule must not report it after all. A contract test holds this list against the catalogue.
 */
const SEALED = ['nbp_', 'nsec1', 'ghp_', 'gho_', 'ghu_', 'ghs_', 'cfut_', 'cfat_', 'cfk_', 'vcp_', 'vci_', 'vca_', 'vcr_', 'vck_', 'glsa_', 'mat_', 'mar_', 'mct_', 'mcr_', 'pypi-', 'devpi-', 'AGE-SECRET-KEY-PQ-1', 'xprv', 'yprv', 'zprv', 'tprv', 'polar_oat_', 'polar_pat_', 'polar_at_', 'polar_rt_', 'polar_cs_', 'polar_whs_', 'syt_', 'syr_', 'sEd', 'suiprivkey1'];
/** A routable GitLab token, whatever its prefix. */
const ROUTABLE = /^gl[a-z]{1,6}-[A-Za-z0-9_-]{27,300}\.(?:[0-9a-z]{2}\.)?[0-9a-z]{9}$/;
/** A NATS seed, whatever its kind. */
const NKEY = /^S[AOUNCX]A[A-Z2-7]{55}$/;
/** A secret seed of Stellar. */
const STELLAR = /^S[A-D][A-Z2-7]{54}$/;

export function hasSealedPrefix(value: string): boolean {
  return SEALED.some((prefix) => value.startsWith(prefix)) || ROUTABLE.test(value) || NKEY.test(value) || STELLAR.test(value);
}
