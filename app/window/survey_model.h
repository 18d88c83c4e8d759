// The rows of the survey list: a choice out of the library, with their words.
#pragma once

#include <QAbstractListModel>

#include "app/window/survey_library.h"

namespace firmament::window {

class Controller;

class SurveyModel final : public QAbstractListModel {
    Q_OBJECT
public:
    SurveyModel(Controller& controller, const SurveyLibrary& library, QObject* parent = nullptr);
    /// Indices of the library. Nothing is told when they are what they were.
    void setRows(std::vector<int> rows);
    const std::vector<int>& rows() const { return rows_; }
    int indexAt(int row) const { return rows_[static_cast<size_t>(row)]; }
    const SurveyFacts& facts(int row) const { return library_.at(indexAt(row)); }
    int rowOf(const QString& source) const; ///< -1: not shown
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool isFavourite(const SurveyFacts& facts) const;
    bool isOnSky(const SurveyFacts& facts) const; ///< a layer of the document shows it

private:
    void redraw(const QSet<int>& indices);
    Controller& c_;
    const SurveyLibrary& library_;
    std::vector<int> rows_;
};

} // namespace firmament::window
