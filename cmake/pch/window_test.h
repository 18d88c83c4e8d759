// Precompiled for the tests of the window. Every file still includes what it uses.
#include "test.h"
#include "widgets.h"
