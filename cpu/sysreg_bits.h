/* Bit numbers of control registers that more than one file tests. */
#ifndef CPU_SYSREG_BITS_H
#define CPU_SYSREG_BITS_H

enum hcr_bit {
    HCR_VM = 0, HCR_SWIO = 1, HCR_PTW = 2, HCR_FMO = 3, HCR_IMO = 4, HCR_AMO = 5, HCR_VF = 6, HCR_VI = 7, HCR_VSE = 8, HCR_FB = 9,
    HCR_BSU = 10, HCR_DC = 12, HCR_TWI = 13, HCR_TWE = 14, HCR_TID0 = 15, HCR_TID1 = 16, HCR_TID2 = 17, HCR_TID3 = 18, HCR_TSC = 19,
    HCR_TIDCP = 20, HCR_TACR = 21, HCR_TSW = 22, HCR_TPC = 23, HCR_TPU = 24, HCR_TTLB = 25, HCR_TVM = 26, HCR_TGE = 27, HCR_TDZ = 28,
    HCR_HCD = 29, HCR_TRVM = 30, HCR_RW = 31, HCR_CD = 32, HCR_ID = 33, HCR_E2H = 34, HCR_TLOR = 35, HCR_TERR = 36,
    HCR_TEA = 37, HCR_APK = 40, HCR_API = 41, HCR_FWB = 46, HCR_TID4 = 49, HCR_TICAB = 50, HCR_TOCU = 52, HCR_TTLBIS = 54, HCR_TTLBOS = 55,
};

enum scr_bit { SCR_NS = 0, SCR_IRQ = 1, SCR_FIQ = 2, SCR_EA = 3, SCR_SMD = 7, SCR_HCE = 8, SCR_SIF = 9, SCR_RW = 10, SCR_ST = 11,
               SCR_TWI = 12, SCR_TWE = 13, SCR_APK = 16, SCR_API = 17,
               /* AArch32's SCR */ SCR_FW = 4, SCR_AW = 5, SCR_NET = 6 };

enum sctlr_bit { SCTLR_M = 0, SCTLR_A = 1, SCTLR_C = 2, SCTLR_SA = 3, SCTLR_SA0 = 4, SCTLR_UMA = 9, SCTLR_I = 12, SCTLR_DZE = 14, SCTLR_UCT = 15,
                 SCTLR_NTWI = 16, SCTLR_NTWE = 18, SCTLR_WXN = 19, SCTLR_E0E = 24, SCTLR_EE = 25, SCTLR_UCI = 26,
                 SCTLR_IESB = 21, SCTLR_SPAN = 23, SCTLR_DSSBS = 44, SCTLR_ENDB = 13, SCTLR_ENDA = 27, SCTLR_ENIB = 30, SCTLR_ENIA = 31,
                 SCTLR_BT0 = 35, SCTLR_BT1 = 36,
                 /* AArch32's SCTLR, HSCTLR */ SCTLR_CP15BEN = 5, SCTLR_ITD = 7, SCTLR_SED = 8, SCTLR_SW = 10, SCTLR_V = 13, SCTLR_HA = 17,
                 SCTLR_UWXN = 20, SCTLR_NMFI = 27, SCTLR_TRE = 28, SCTLR_AFE = 29, SCTLR_TE = 30, SCTLR_DSSBS_AARCH32 = 31 };

#endif
