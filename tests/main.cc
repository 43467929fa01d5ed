// The main of every test executable.
#include <signal.h>

#include "gtest/gtest.h"

// Sofia frees a dialog when its far end has answered the BYE. Some tests kill the far end, so at their end
// Sofia's own memory may still be held; only frames inside its library are exempt.
extern "C" const char* __lsan_default_suppressions();

extern "C" const char* __lsan_default_suppressions() {
  return "leak:libsofia-sip-ua.so\n";
}

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  // Forking a process that already has threads is only safe if the child starts anew.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // A peer that closes its socket is an error code for us, not a reason to die; as in the services.
  signal(SIGPIPE, SIG_IGN);
  return RUN_ALL_TESTS();
}
