// Precompiled for the tests. Every file still includes what it uses.
#include "std.h"

#include <QTemporaryDir>
#include <QtTest>
