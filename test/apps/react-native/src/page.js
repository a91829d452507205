import NetInfo from '@react-native-community/netinfo';
import { AppState } from 'react-native';

let isConnected = true;

/** The app as the streams see it, as in the guide. */
export const page = {
  isOnline: () => isConnected,
  isHidden: () => AppState.currentState === 'background',
  subscribe(listener) {
    const appState = AppState.addEventListener('change', listener);
    const stopNetwork = NetInfo.addEventListener((network) => {
      isConnected = network.isConnected !== false;
      listener();
    });
    return () => {
      appState.remove();
      stopNetwork();
    };
  },
};
