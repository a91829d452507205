/**
 * Stands in for the native side of React Native and Expo: the modules that its JavaScript calls. What goes
 * over the network is given by whoever runs the bundle: `host.request(request, answer)` returns the way to
 * cancel.
 */
const {
  EventEmitter,
  NativeModule,
  SharedObject,
  SharedRef,
} = require('expo-modules-core/src/polyfill/CoreModule');

const text = (bytes) => String.fromCharCode(...bytes);
let emitter = null;
/** Tells React Native's JavaScript of an event. */
function emit(name, body) {
  emitter ??= require('react-native/Libraries/EventEmitter/RCTDeviceEventEmitter').default;
  emitter.emit(name, body);
}

/** One request of React Native's XMLHttpRequest. */
let lastRequest = 0;
const cancels = new Map();
const Networking = {
  sendRequest({ method, url, headers, data, withCredentials, responseType }, callback) {
    const id = ++lastRequest;
    callback(id);
    let received = '';
    const end = (message) => emit('didCompleteNetworkResponse', [id, message, false]);
    const request = { method, url, headers, body: data.string ?? null, withCredentials };
    const cancel = global.host.request(request, {
      head: (status, fields) =>
        emit('didReceiveNetworkResponse', [id, status, Object.fromEntries(fields), url]),
      data(bytes) {
        received += text(bytes);
      },
      // All at once: what whatwg-fetch asks for is not given piece by piece.
      end() {
        const body = responseType === 'base64' ? btoa(received) : received;
        emit('didReceiveNetworkData', [id, body]);
        end(null);
      },
      fail: end,
    });
    cancels.set(id, cancel);
  },
  abortRequest(id) {
    cancels.get(id)?.();
  },
  addListener() {},
  removeListeners() {},
};

/** The response of Expo's fetch, which streams. */
class NativeResponse extends SharedObject {
  answer = { status: -1, url: '', fields: [] };
  waiting = [];
  isStreaming = false;
  get _rawHeaders() {
    return this.answer.fields;
  }
  get status() {
    return this.answer.status;
  }
  get url() {
    return this.answer.url;
  }
  get statusText() {
    return '';
  }
  get redirected() {
    return false;
  }
  async startStreaming() {
    this.isStreaming = true;
    for (const tell of this.waiting.splice(0)) tell();
    return null;
  }
  cancelStreaming() {
    this.cancel();
  }
  /** Keeps what comes before somebody reads. */
  tell(name, ...values) {
    const tell = () => this.emit(name, ...values);
    if (this.isStreaming) tell();
    else this.waiting.push(tell);
  }
}

class NativeRequest extends SharedObject {
  constructor(response) {
    super();
    this.response = response;
  }
  start(url, { method, headers, credentials }, body) {
    const { response } = this;
    return new Promise((resolve, reject) => {
      const request = {
        method,
        url,
        headers: Object.fromEntries(headers),
        body: body && text(body),
        credentials,
      };
      response.cancel = this.cancel = global.host.request(request, {
        head(status, fields) {
          response.answer = { status, url, fields };
          resolve();
        },
        data: (bytes) => response.tell('didReceiveResponseData', bytes),
        end: () => response.tell('didComplete'),
        fail(message) {
          reject(new Error(message));
          response.tell('didFailWithError', message);
        },
      });
    });
  }
  cancel() {}
}

const AppState = {
  getConstants: () => ({ initialAppState: 'active' }),
  getCurrentAppState() {},
  addListener() {},
  removeListeners() {},
};

let isConnected = true;
const network = () => ({
  type: isConnected ? 'wifi' : 'none',
  isConnected,
  isInternetReachable: isConnected,
  details: null,
});
const RNCNetInfo = {
  configure() {},
  getCurrentState: () => Promise.resolve(network()),
  addListener() {},
  removeListeners() {},
};

/** What the user and the network do to the device. */
global.device = {
  appState: (app_state) => emit('appStateDidChange', { app_state }),
  connect(connected) {
    isConnected = connected;
    emit('netInfo.networkStatusDidChange', network());
  },
};

const PlatformConstants = {
  getConstants: () => ({
    isTesting: true,
    reactNativeVersion: { major: 0, minor: 88, patch: 1 },
    osVersion: '18',
    systemName: 'iOS',
    interfaceIdiom: 'phone',
    forceTouchAvailable: false,
  }),
};
const NativeMicrotasksCxx = { queueMicrotask };
const modules = { NativeMicrotasksCxx, Networking, AppState, RNCNetInfo, PlatformConstants };
global.nativeModuleProxy = modules;
global.__turboModuleProxy = (name) => modules[name] ?? null;
global.expo = {
  ...{ EventEmitter, NativeModule, SharedObject, SharedRef },
  modules: { ExpoFetchModule: { NativeRequest, NativeResponse } },
};
