// spandsp's headers in an order that compiles as C++. For the .cc files of this folder only.
#pragma once

// clang-format off
#include <cinttypes>
#include <cmath>    // before spandsp's fast_convert.h, which defines lrint
#include <cstddef>
#include <ctime>
#include <spandsp/telephony.h>
#include <spandsp/fast_convert.h>
#include <spandsp/logging.h>
#include <spandsp/complex.h>
#include <spandsp/vector_float.h>
#include <spandsp/complex_vector_float.h>
#include <spandsp/tone_detect.h>
#include <spandsp/tone_generate.h>
#include <spandsp/super_tone_rx.h>
#include <spandsp/dtmf.h>
#include <spandsp/plc.h>
#include <spandsp/bit_operations.h>
#include <spandsp/g711.h>
// clang-format on
