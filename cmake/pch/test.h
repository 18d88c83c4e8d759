// Precompiled for the tests: what Qt Test brings along, but not itself, which is told each test's folder. Every file still includes what it uses.
#include "std.h"

#include <QDateTime>
#include <QDebug>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QHash>
#include <QList>
#include <QMetaObject>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QTemporaryDir>
#include <QUrl>
#include <QVariant>
