// A JupyterLab extension, written by hand so that it needs no build step.
//
// A widget lives in the kernel's memory. When a saved notebook is opened again with a fresh kernel, the widget
// manager finds no model and writes "Error displaying widget: model not found" into the cell. A cnnlab widget's
// output also carries a static form (text/html); this plugin shows it in that case, with a line that says how to
// get the live one back. Outputs of other packages are left alone.
(() => {
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const HTML = "text/html";
  const MARK = 'class="cnnlab-widget'; // every static form of ours begins with this element
  const LINE = "This is a picture of the widget as it was when the cell ran. Run the cell to use it.";

  const text = (value) => (Array.isArray(value) ? value.join("") : String(value ?? ""));

  // The manager's renderer adds a child only once it has found the model and made a view of it.
  const hasLiveView = (renderer) => renderer.widgets.length > 0;
  const saysMissing = (renderer) => renderer.node.textContent.includes("model not found");

  async function showStaticForm(renderer, model, rendermime) {
    const form = rendermime.createRenderer(HTML);
    await form.renderModel(model);
    const line = document.createElement("p");
    line.className = "cnnlab-not-live";
    line.textContent = LINE;
    form.node.append(line);
    renderer.node.textContent = "";
    renderer.removeClass("jupyter-widgets");
    renderer.addWidget(form);
    return form;
  }

  function withFallback(renderer, rendermime) {
    const renderLive = renderer.renderModel.bind(renderer);
    let form = null;
    renderer.renderModel = async (model) => {
      form?.dispose();
      form = null;
      await renderLive(model);
      if (hasLiveView(renderer) || !saysMissing(renderer)) return;
      if (text(model.data[HTML]).includes(MARK)) form = await showStaticForm(renderer, model, rendermime);
    };
    return renderer;
  }

  function watch(panel) {
    const rendermime = panel.content.rendermime;
    const manager = rendermime.getFactory(VIEW);
    if (!manager) return; // ipywidgets is not there: text/html shows anyway
    rendermime.removeMimeType(VIEW);
    rendermime.addFactory(
      {
        safe: manager.safe,
        mimeTypes: [VIEW],
        createRenderer: (options) => withFallback(manager.createRenderer(options), rendermime),
      },
      -10, // the manager's own rank
    );
  }

  // JupyterLab loads this script, hands it the modules that everyone shares, and asks for "./extension".
  let shared = {};
  async function load(name) {
    const versions = shared[name] ?? {};
    const version = Object.keys(versions).find((key) => versions[key].loaded) ?? Object.keys(versions)[0];
    if (!version) throw new Error(`cnnlab: JupyterLab shares no module ${name}`);
    return (await versions[version].get())();
  }

  async function extension() {
    const { INotebookTracker } = await load("@jupyterlab/notebook");
    const { IJupyterWidgetRegistry } = await load("@jupyter-widgets/base");
    return {
      id: "cnnlab:static-form",
      description: "Shows a widget's static form where its live model is gone.",
      autoStart: true,
      // The registry is asked for so that the widget manager has set up each notebook before we do.
      requires: [INotebookTracker, IJupyterWidgetRegistry],
      activate: (app, tracker) => {
        tracker.forEach(watch);
        tracker.widgetAdded.connect((_, panel) => watch(panel));
      },
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB.cnnlab = {
    init: (scope) => {
      shared = scope;
    },
    get: async (name) => {
      if (name !== "./extension") throw new Error(`cnnlab: no module ${name}`);
      const plugin = await extension();
      return () => plugin;
    },
  };
})();
