// Sofia-SIP with our types as its magic. Included by this folder's .cc files only.
#pragma once

namespace hotline::call {
class Dialogs;
struct SipLeg;
class SofiaThread;
}  // namespace hotline::call

#define NUA_MAGIC_T ::hotline::call::Dialogs
#define NUA_HMAGIC_T ::hotline::call::SipLeg
#define SU_ROOT_MAGIC_T ::hotline::call::SofiaThread
#define SU_TIMER_ARG_T ::hotline::call::Dialogs
#define SU_WAKEUP_ARG_T ::hotline::call::SofiaThread

#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_tagarg.h>
#include <sofia-sip/su_uniqueid.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/tport_tag.h>
#include <sofia-sip/url.h>
