// The memory that tiles may take, where nobody has set it.
#include <QtTest>

#include "scene/memory_budget.h"

using namespace firmament::scene;

class MemoryBudgetTest : public QObject {
    Q_OBJECT

private slots:
    void usualWindowsInSoftwareStaySmall()
    {
        const MemoryBudget one = memoryBudget(true, 1280.0 * 800, 1);
        QVERIFY(one.tiles + one.textures <= size_t{56} << 20);
        QCOMPARE(memoryBudget(true, 0, 0), one);
    }
    /// What is on screen always fits: two texels a pixel of four bytes for every survey.
    void holdsWhatIsOnScreen()
    {
        for (const bool software : {true, false})
            for (const double pixels : {1280.0 * 800, 3840.0 * 2160, 7680.0 * 4320})
                for (const size_t surveys : {size_t{1}, size_t{3}, size_t{8}}) {
                    const MemoryBudget b = memoryBudget(software, pixels, surveys);
                    const auto screen = static_cast<size_t>(pixels * 8) * surveys;
                    QVERIFY(b.tiles >= screen);
                    QVERIFY(b.textures >= screen);
                }
    }
    void hardwareHasMore()
    {
        const MemoryBudget soft = memoryBudget(true, 1e6, 1), hard = memoryBudget(false, 1e6, 1);
        QVERIFY(hard.tiles > soft.tiles);
        QVERIFY(hard.textures > soft.textures);
    }
};

QTEST_GUILESS_MAIN(MemoryBudgetTest)
#include "test_memory_budget.moc"
