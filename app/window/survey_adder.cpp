#include "app/window/survey_adder.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QStyle>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

#include "app/window/controller.h"
#include "core/files.h"
#include "hips/zip_tree.h"

namespace firmament::window {

namespace {

constexpr int kMaxReport = 168;

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

/// What of the properties a remark is about.
QString fieldOf(const QString& remark)
{
    struct Word {
        const char *word, *field;
    };
    static constexpr Word kWords[] = {{"hips_order_min", "hips_order_min"}, {"hips_order", "hips_order"},   {"order", "hips_order"},
                                      {"hips_tile_width", "hips_tile_width"}, {"pixels wide", "hips_tile_width"}, {"frame", "hips_frame"},
                                      {"tile format", "hips_tile_format"},  {"tiles", "hips_tile_format"},  {"coverage", "Moc.fits"},
                                      {"Moc", "Moc.fits"},                  {"properties", "properties"}};
    for (const Word& w : kWords)
        if (remark.contains(QLatin1String(w.word))) return QString::fromLatin1(w.field);
    return SurveyAdder::tr("remark");
}

/// That cannot be unpacked here.
bool isArchive(const QString& text)
{
    static constexpr const char* kEnds[] = {".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".7z", ".rar"};
    return std::any_of(std::begin(kEnds), std::end(kEnds), [&](const char* end) { return text.endsWith(QLatin1String(end), Qt::CaseInsensitive); });
}

bool isZip(const QString& text)
{
    return text.endsWith(QLatin1String(".zip"), Qt::CaseInsensitive);
}

/// A new folder for the tree of an archive.
std::filesystem::path freeFolder(const std::filesystem::path& own, const std::string& name)
{
    std::error_code error;
    std::filesystem::create_directories(own, error);
    std::filesystem::path folder = own / name;
    for (int i = 2; std::filesystem::exists(folder, error) && i < 1000; ++i) folder = own / (name + "-" + std::to_string(i));
    return folder;
}

} // namespace

std::vector<CheckLine> checkLines(const Expected<hips::OpenSurvey>& opened, const std::optional<Read<hips::SurveyInfo>>& properties)
{
    using enum CheckLine::Level;
    std::vector<CheckLine> out;
    if (!opened) {
        out.push_back({Bad, q(opened.error().where), q(opened.error().what)});
        if (!properties) return out;
    }
    const hips::SurveyInfo& i = opened ? opened->info : properties->value;
    for (const std::string& w : opened ? opened->warnings : properties->warnings) out.push_back({Odd, fieldOf(q(w)), q(w)});
    QStringList formats;
    for (const auto f : i.formats) formats << QString::fromLatin1(hips::formatWord(f));
    out.push_back({Good, QStringLiteral("obs_title"), q(i.title)});
    out.push_back({Good, QStringLiteral("hips_frame"), i.body.empty() ? QString::fromLatin1(sky::frameName(i.frame)) : q(i.body)});
    out.push_back({Good, QStringLiteral("hips_tile_format"), SurveyAdder::tr("%1, orders %2 to %3, %4 pixels wide").arg(formats.join(QLatin1Char(' '))).arg(i.orderMin).arg(i.orderMax).arg(i.tileWidth)});
    return out;
}

SurveyAdder::SurveyAdder(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    report_ = new QWidget(this);
    auto* report = new QVBoxLayout(report_);
    report->setContentsMargins(0, 0, 0, 0);
    report->setSpacing(4);
    auto* head = new QHBoxLayout;
    heading_ = makeLabel({}, "strong", report_);
    heading_->setWordWrap(true);
    head->addWidget(heading_, 1);
    auto* close = new IconButton(c_.style(), QStringLiteral("x"), tr("Close what was found"), report_);
    close->setBox({24, 24}, 14);
    connect(close, &QAbstractButton::clicked, this, &SurveyAdder::clearReport);
    head->addWidget(close, 0, Qt::AlignTop);
    report->addLayout(head);
    scroll_ = new QScrollArea(report_);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->viewport()->setAutoFillBackground(false);
    report->addWidget(scroll_);
    report_->hide();
    column->addWidget(report_);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    field_ = new QLineEdit(this);
    field_->setPlaceholderText(tr("Add by address, id, folder or zip"));
    field_->setAccessibleName(tr("Add a survey by address, id, folder or zip"));
    field_->setToolTip(tr("The address or the folder of a HiPS (where its file \"properties\" is), or an id such as CDS/P/DSS2/red, or a zip of such a folder"));
    connect(field_, &QLineEdit::returnPressed, this, &SurveyAdder::submit);
    row->addWidget(field_, 1);
    auto* folder = new IconButton(c_.style(), QStringLiteral("folder-open"), tr("Choose a folder"), this);
    connect(folder, &QAbstractButton::clicked, this, &SurveyAdder::chooseFolder);
    row->addWidget(folder);
    column->addLayout(row);
}

SurveyAdder::~SurveyAdder()
{
    if (stop_) *stop_ = true;
    if (reading_) reading_->cancel();
}

void SurveyAdder::chooseFolder()
{
    QFileDialog dialog(this, tr("Choose a HiPS folder"));
    dialog.setOption(QFileDialog::DontUseNativeDialog);
    dialog.setFileMode(QFileDialog::Directory);
    if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return;
    field_->setText(dialog.selectedFiles().front());
    submit();
}

void SurveyAdder::clearReport()
{
    if (stop_) *stop_ = true; // what was found is closed: it is given up
    lines_.clear();
    report_->hide();
    field_->setProperty("wrong", false);
    field_->style()->polish(field_);
}

void SurveyAdder::tell(const QString& heading, std::vector<CheckLine> lines)
{
    lines_ = std::move(lines);
    heading_->setText(heading);
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 6, 0);
    column->setSpacing(4);
    QStringList spoken{heading};
    bool bad = false;
    for (const CheckLine& l : lines_) {
        const bool good = l.level == CheckLine::Level::Good, odd = l.level == CheckLine::Level::Odd;
        bad = bad || l.level == CheckLine::Level::Bad;
        auto* row = new QHBoxLayout;
        row->setSpacing(6);
        auto* icon = new QLabel(page);
        icon->setPixmap(c_.style().pixmap(good ? QStringLiteral("circle-check") : odd ? QStringLiteral("triangle-alert") : QStringLiteral("circle-alert"), 14,
                                          c_.style()[good ? "ok" : odd ? "warn" : "error"], devicePixelRatioF()));
        row->addWidget(icon, 0, Qt::AlignTop);
        const QString line = l.field.isEmpty() || l.text.startsWith(l.field) ? l.text : QStringLiteral("%1: %2").arg(l.field, l.text);
        QLabel* text = makeLabel(line, "dim", page);
        text->setTextFormat(Qt::PlainText);
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        row->addWidget(text, 1);
        column->addLayout(row);
        spoken << line;
    }
    column->addStretch(1);
    scroll_->setWidget(page);
    page->setAutoFillBackground(false);
    const int wanted = page->layout()->hasHeightForWidth() ? page->layout()->heightForWidth(std::max(200, width() - 10)) : page->sizeHint().height();
    scroll_->setFixedHeight(lines_.empty() ? 0 : std::min({kMaxReport, std::max(72, window()->height() / 7), wanted + 4}));
    report_->setAccessibleName(spoken.join(QStringLiteral(". ")));
    field_->setAccessibleDescription(report_->accessibleName());
    field_->setProperty("wrong", bad);
    field_->style()->polish(field_);
    report_->show();
}

void SurveyAdder::submit()
{
    const QString text = field_->text().trimmed();
    opening_.reset();
    if (reading_) reading_->cancel();
    if (stop_) *stop_ = true;
    if (text.isEmpty()) return;
    if (isArchive(text)) {
        tell(tr("This is an archive"), {{CheckLine::Level::Bad, text.section(QLatin1Char('/'), -1), tr("of archives only zip is unpacked here. Unpack it, then give the folder with the file \"properties\".")}});
        return;
    }
    if (text.startsWith(QLatin1String("http://")) || text.startsWith(QLatin1String("https://"))) {
        if (isZip(text)) return tell(tr("This is an archive"), {{CheckLine::Level::Bad, QUrl(text).fileName(), tr("a zip is opened from this computer: download it first, then give the file.")}});
        check(text.toStdString(), QUrl(text).host());
        return;
    }
    QString path = text.startsWith(QLatin1String("file:")) ? QUrl(text).toLocalFile() : text;
    if (path == QLatin1String("~") || path.startsWith(QLatin1String("~/"))) path = qEnvironmentVariable("HOME") + path.mid(1);
    QFileInfo info(path);
    if (info.isFile() && info.fileName() == QLatin1String("properties")) info = QFileInfo(info.absolutePath());
    if (info.isDir()) {
        check(info.absoluteFilePath().toStdString(), info.fileName());
        return;
    }
    if (info.isFile() && isZip(path)) return unpack(info.absoluteFilePath().toStdString());
    if (info.isFile()) {
        tell(tr("This is no HiPS"), {{CheckLine::Level::Bad, info.fileName(), tr("expected a folder or an address, found a file. FITS images and sessions are opened with Ctrl+O.")}});
        return;
    }
    const QString id = text.startsWith(QLatin1String("ivo://")) ? text.mid(6) : text;
    for (const SurveyEntry& s : c_.surveys()) {
        if (s.id.compare(id, Qt::CaseInsensitive) != 0 && s.title.compare(id, Qt::CaseInsensitive) != 0) continue;
        clearReport();
        field_->clear();
        emit checked(s.source, s.title);
        return;
    }
    const bool pathLike = text.startsWith(QLatin1Char('/')) || text.startsWith(QLatin1Char('~')) || text.startsWith(QLatin1Char('.'));
    tell(tr("Not found"), {{CheckLine::Level::Bad, text, pathLike ? tr("no such folder") : tr("no id of the built-in list, no folder, and no address: those begin with https://")}});
}

void SurveyAdder::unpack(const std::filesystem::path& archive)
{
    const QString name = q(archive.filename().string());
    tell(tr("Unpacking %1").arg(name), {});
    reading_ = std::make_shared<PendingFlag>();
    stop_ = std::make_shared<std::atomic<bool>>(false);
    const std::filesystem::path into = freeFolder(c_.ownSurveys(), archive.stem().string());
    c_.workExecutor().post(Priority::Normal, [this, archive, into, name, flag = reading_, stop = stop_, ui = &c_.uiExecutor()] {
        const auto looked = hips::lookIntoZip(archive);
        const uint64_t all = looked ? std::max<uint64_t>(looked->bytes, 1) : 1;
        int shown = -1;
        const auto done = hips::unpackZip(archive, into, [&](uint64_t written) {
            if (const int percent = static_cast<int>(written * 100 / all); percent != shown) {
                shown = percent;
                flag->deliver(*ui, [this, name, percent, files = looked ? looked->files : 0] { heading_->setText(tr("Unpacking %1: %2 % of %3 files").arg(name).arg(percent).arg(files)); });
            }
            return !*stop;
        });
        flag->deliver(*ui, [this, into, name, done] {
            if (!done) return tell(tr("It cannot be unpacked"), {{CheckLine::Level::Bad, name, q(done.error().what)}});
            check(into.string(), name);
        });
    });
}

void SurveyAdder::check(const std::string& source, const QString& shown)
{
    tell(tr("Looking at %1").arg(shown), {});
    const hips::SurveyEnvironment env{&c_.uiExecutor(), &c_.workExecutor(), &c_.network()};
    if (source.find("://") != std::string::npos) {
        opening_ = hips::openSurvey(source, {}, env, [this, source](Expected<hips::OpenSurvey> opened) { finished(source, opened, {}); });
        return;
    }
    // A folder may lie on a slow disk: not on this thread.
    reading_ = std::make_shared<PendingFlag>();
    c_.workExecutor().post(Priority::Urgent, [this, source, flag = reading_, ui = env.ui] {
        auto opened = std::make_shared<Expected<hips::OpenSurvey>>(hips::openLocalSurvey(source, {}, {}));
        std::optional<Read<hips::SurveyInfo>> properties;
        if (!*opened)
            if (const auto text = readFile(std::filesystem::path(source) / "properties", 4u << 20))
                if (auto read = hips::parseProperties(asText(*text))) properties = std::move(*read);
        flag->deliver(*ui, [this, source, opened, properties] { finished(source, *opened, properties); });
    });
}

void SurveyAdder::finished(const std::string& source, const Expected<hips::OpenSurvey>& opened, const std::optional<Read<hips::SurveyInfo>>& properties)
{
    auto lines = checkLines(opened, properties);
    if (!opened) {
        tell(tr("It cannot be opened"), std::move(lines)); // the text stays, to be put right
        return;
    }
    const bool odd = std::any_of(lines.begin(), lines.end(), [](const CheckLine& l) { return l.level == CheckLine::Level::Odd; });
    const QString title = q(opened->info.title);
    if (odd) tell(tr("%1 was added, with remarks").arg(title), std::move(lines));
    else clearReport();
    field_->clear();
    emit checked(q(source), title);
}

} // namespace firmament::window
