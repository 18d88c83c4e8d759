// The foot of the survey list: opens a HiPS by address, id or folder, and says field by field what is wrong with a bad one.
#pragma once

#include <QWidget>
#include <atomic>
#include <filesystem>
#include <vector>

#include "app/window/controls.h"
#include "core/pending.h"
#include "hips/tile_source.h"

class QLineEdit;
class QScrollArea;
class QVBoxLayout;

namespace firmament::window {

class Controller;

/// One line about a HiPS that was looked at.
struct CheckLine {
    enum class Level : uint8_t { Good, Odd, Bad } level = Level::Good;
    QString field, text;
};
/// In the order of importance: what makes it unusable, what is odd, what is good. `properties`: what could be read of those
/// of a HiPS that cannot be opened.
std::vector<CheckLine> checkLines(const Expected<hips::OpenSurvey>& opened, const std::optional<Read<hips::SurveyInfo>>& properties);

class SurveyAdder final : public QWidget {
    Q_OBJECT
public:
    SurveyAdder(Controller& controller, QWidget* parent);
    ~SurveyAdder() override;
    QLineEdit* field() const { return field_; }
    const std::vector<CheckLine>& told() const { return lines_; }
    void submit();

signals:
    void checked(const QString& source, const QString& title); ///< can be opened

private:
    void chooseFolder();
    void check(const std::string& source, const QString& shown);
    void unpack(const std::filesystem::path& archive); ///< into the folder of own surveys, then as a folder
    void finished(const std::string& source, const Expected<hips::OpenSurvey>& opened, const std::optional<Read<hips::SurveyInfo>>& properties);
    void tell(const QString& heading, std::vector<CheckLine> lines);
    void clearReport();

    Controller& c_;
    QLineEdit* field_;
    QWidget* report_;
    QLabel* heading_;
    QScrollArea* scroll_;
    std::vector<CheckLine> lines_;
    Pending opening_;
    std::shared_ptr<PendingFlag> reading_;
    std::shared_ptr<std::atomic<bool>> stop_; ///< of the unpacking that runs
};

} // namespace firmament::window
