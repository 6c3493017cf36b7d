// Where the tests find what is under test; defined by a file that the build generates.
#pragma once

namespace weir::test {

extern const char* const kWeirProgram;  // the built program, absolute
extern const char* const kEmbedProgram;  // examples/embed.cpp, built
extern const char* const kTurnedClock;       // tests/preload/turned_clock.cpp, built
extern const char* const kTtyReportProgram;  // tests/pty/tty_report.cpp, built
extern const char* const kSourceDir;    // the checkout, absolute

}  // namespace weir::test
