#include "render/gl_context.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <cstring>
#include <string_view>
#include <vector>

namespace firmament::render {

namespace {

bool hasExtension(const char* list, std::string_view name)
{
    if (!list) return false;
    std::string_view all(list);
    for (size_t at = all.find(name); at != all.npos; at = all.find(name, at + 1)) {
        const size_t end = at + name.size();
        if ((at == 0 || all[at - 1] == ' ') && (end == all.size() || all[end] == ' ')) return true;
    }
    return false;
}

/// Displays that need no server, in the order to try: hardware devices first come out of the surfaceless platform too.
std::vector<EGLDisplay> serverlessDisplays()
{
    std::vector<EGLDisplay> found;
    const char* client = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
    const auto getPlatform = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
    if (!getPlatform) return found;
    // A vendor's own devices (NVIDIA has no surfaceless platform) come before Mesa's.
    if (hasExtension(client, "EGL_EXT_device_enumeration") || hasExtension(client, "EGL_EXT_device_base")) {
        const auto queryDevices = reinterpret_cast<PFNEGLQUERYDEVICESEXTPROC>(eglGetProcAddress("eglQueryDevicesEXT"));
        const auto deviceString =
            reinterpret_cast<PFNEGLQUERYDEVICESTRINGEXTPROC>(eglGetProcAddress("eglQueryDeviceStringEXT"));
        EGLDeviceEXT devices[16];
        EGLint count = 0;
        if (queryDevices && deviceString && queryDevices(16, devices, &count)) {
            for (EGLint i = 0; i < count; ++i) {
                if (!hasExtension(deviceString(devices[i], EGL_EXTENSIONS), "EGL_NV_device_cuda")) continue;
                found.push_back(getPlatform(EGL_PLATFORM_DEVICE_EXT, devices[i], nullptr));
            }
        }
        if (hasExtension(client, "EGL_MESA_platform_surfaceless"))
            found.push_back(getPlatform(EGL_PLATFORM_SURFACELESS_MESA, nullptr, nullptr));
        for (EGLint i = 0; i < count; ++i)
            found.push_back(getPlatform(EGL_PLATFORM_DEVICE_EXT, devices[i], nullptr));
    }
    else if (hasExtension(client, "EGL_MESA_platform_surfaceless")) {
        found.push_back(getPlatform(EGL_PLATFORM_SURFACELESS_MESA, nullptr, nullptr));
    }
    return found;
}

} // namespace

struct HeadlessContext::Impl {
    EGLDisplay display = EGL_NO_DISPLAY;
    EGLContext context = EGL_NO_CONTEXT;
};

HeadlessContext::HeadlessContext() : impl_(std::make_unique<Impl>()) {}

HeadlessContext::~HeadlessContext()
{
    if (impl_->display == EGL_NO_DISPLAY) return;
    if (eglGetCurrentContext() == impl_->context)
        eglMakeCurrent(impl_->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (impl_->context != EGL_NO_CONTEXT) eglDestroyContext(impl_->display, impl_->context);
    // The display is shared by everyone in the process and stays: eglTerminate would end their contexts as well.
}

Expected<std::unique_ptr<HeadlessContext>> HeadlessContext::create()
{
    std::unique_ptr<HeadlessContext> self(new HeadlessContext);
    std::string why = "no display that works without a screen";
    for (EGLDisplay display : serverlessDisplays()) {
        if (display == EGL_NO_DISPLAY || !eglInitialize(display, nullptr, nullptr)) continue;
        if (!eglBindAPI(EGL_OPENGL_API)) continue;
        const char* extensions = eglQueryString(display, EGL_EXTENSIONS);
        const EGLint contextWanted[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 3,
                                        EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
        EGLConfig config = nullptr;
        if (!hasExtension(extensions, "EGL_KHR_no_config_context")) {
            const EGLint configWanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
            EGLint count = 0;
            if (!eglChooseConfig(display, configWanted, &config, 1, &count) || count == 0) continue;
        }
        const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, contextWanted);
        if (context == EGL_NO_CONTEXT) {
            why = "the driver gives no OpenGL 3.3 core context";
            continue;
        }
        if (!eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context)) {
            why = "the driver cannot draw without a window surface";
            eglDestroyContext(display, context);
            continue;
        }
        self->impl_->display = display;
        self->impl_->context = context;
        return self;
    }
    return Error{Errc::Gl, "no OpenGL 3.3 without a window: " + why, "EGL"};
}

void HeadlessContext::makeCurrent()
{
    eglBindAPI(EGL_OPENGL_API);
    eglMakeCurrent(impl_->display, EGL_NO_SURFACE, EGL_NO_SURFACE, impl_->context);
}

GetProc HeadlessContext::getProc() const
{
    return [](const char* name) { return reinterpret_cast<void*>(eglGetProcAddress(name)); };
}

} // namespace firmament::render
