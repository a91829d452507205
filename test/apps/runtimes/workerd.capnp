using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "current", worker = (compatibilityDate = "2026-11-17", modules = .modules, bindings = .bindings, globalOutbound = "loopback")),
    # Before requests knew `cache` (2024-11-11), URL had `canParse` and streams their constructors (late in 2022).
    (name = "old", worker = (compatibilityDate = "2022-08-01", modules = .modules, bindings = .bindings, globalOutbound = "loopback")),
    (name = "loopback", network = (allow = ["private"])),
  ],
);

const bindings :List(Workerd.Worker.Binding) = [(name = "url", text = embed "url.txt")];

const modules :List(Workerd.Worker.Module) = [
  (name = "worker.js", esModule = embed "worker.js"),
  (name = "shared/story.js", esModule = embed "shared/story.js"),
  (name = "use-event-stream/core", esModule = embed "core.js"),
];
