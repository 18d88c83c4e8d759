// The known surveys as a list for the survey panel and the omnibox.
#pragma once

#include <QAbstractListModel>
#include <QSet>
#include <QString>
#include <vector>

namespace firmament::window {

struct SurveyEntry {
    QString id;      ///< of the survey list; empty: found on this computer
    QString source;  ///< what a layer opens: id, address or folder
    QString title, band, regime, credit, frame;
    int order = -1;
    QString searchText;
};
/// The built-in list in the order of wavelength, gamma first.
std::vector<SurveyEntry> readSurveyList();
/// Regimes in the order in which they occur.
QStringList regimesOf(const std::vector<SurveyEntry>& entries);

class SurveyModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { EntryRole = Qt::UserRole + 1 };
    SurveyModel(const std::vector<SurveyEntry>& all, QObject* parent = nullptr);
    /// `onlyIds`: when not null, nothing else is shown.
    void setFilter(const QString& text, const QString& regime, const QSet<QString>* onlyIds = nullptr);
    const SurveyEntry& entry(int row) const { return *shown_[static_cast<size_t>(row)]; }
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    const std::vector<SurveyEntry>& all_;
    std::vector<const SurveyEntry*> shown_;
};

} // namespace firmament::window
